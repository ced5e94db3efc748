import { expect, test } from "vitest";
import { getJson, tokenFor } from "../cli/fixture.ts";
import { eventually } from "../support/pace.ts";
import { connect } from "../cli/socket.ts";
import { sharedCloud } from "./cloud-fixture.ts";

const cloud = sharedCloud();

test("faults are set, shown, replaced as a whole and cleared", async () => {
  const show = async (): Promise<unknown> => (await getJson(`${cloud.url()}/_local/faults`)).body;
  expect(await show()).toEqual({});
  const response = await cloud.post({ seed: 1, loseDisconnect: 1, clockSkewMs: { web: 5 } });
  expect([response.status, await response.text()]).toEqual([204, ""]);
  expect(await show()).toEqual({ seed: 1, loseDisconnect: 1, clockSkewMs: { web: 5 } });
  await cloud.set({ seed: 2, idleMs: 60_000 });
  expect(await show()).toEqual({ seed: 2, idleMs: 60_000 });
  expect((await cloud.state()).faults).toEqual({ seed: 2, idleMs: 60_000 });
  expect((await cloud.clear()).status).toBe(204);
  expect(await show()).toEqual({});
});

test.each(["", "no JSON", "[]", '{"kill":{"function":"nobody","when":"before","call":1}}'])(
  "the body %j is refused with a sentence, and what was set holds",
  async (body) => {
    await cloud.set({ seed: 3 });
    const response = await cloud.post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: expect.stringMatching(/\.$/) as string });
    expect((await cloud.state()).faults).toEqual({ seed: 3 });
  },
);

test("a killed function ends its frame as a crash does, once", async () => {
  const socket = await connect(cloud.wsUrl(), { "x-guest": "victim" });
  const killed = async (): Promise<number> => {
    const { body } = await getJson(`${cloud.url()}/_local/faults/injected`);
    return (body as Record<string, number>)["kill.after"] ?? 0;
  };
  const before = await killed();
  await cloud.set({ kill: { function: "sockets", when: "after", call: 1 } });
  socket.send({ action: "note", text: "survives" });
  // Stored all the same: the stream tells.
  expect(await socket.next("streamed")).toMatchObject({ text: "survives" });
  const { requests } = await cloud.state();
  expect(requests.find(({ route }) => route === "note")).toMatchObject({
    outcome: "error",
    databaseCalls: [{ operation: "PutItem", units: 1, status: null, isFault: true }],
  });
  expect((await cloud.state()).faults).not.toHaveProperty("kill");
  socket.send({ action: "note", text: "again" });
  await socket.next("noted");
  expect(await killed()).toBe(before + 1);
});

test("stream and queue deliver twice", async () => {
  const socket = await connect(cloud.wsUrl(), { "x-guest": "twice" });
  await cloud.set({ stream: { duplicateShare: 1 } });
  socket.send({ action: "note", text: "double" });
  for (const _ of [1, 2]) expect(await socket.next("streamed")).toMatchObject({ text: "double" });
  socket.send({ action: "later" });
  for (const _ of [1, 2]) await socket.next("delivered");
});

test("deliveries are late, until the fault is cleared", async () => {
  const socket = await connect(cloud.wsUrl(), { "x-guest": "late" });
  await cloud.set({ stream: { delayMs: 600_000 } });
  socket.send({ action: "note", text: "late" });
  await socket.next("noted");
  const before = (await cloud.state()).requests.filter(({ function: name }) => name === "Worker").length;
  await cloud.clear();
  expect(await socket.next("streamed")).toMatchObject({ text: "late" });
  await eventually(async () => {
    const { requests } = await cloud.state();
    return requests.filter(({ function: name }) => name === "Worker").length > before ? true : undefined;
  });
});

test("the state shows functions, connections and requests", async () => {
  const socket = await connect(cloud.wsUrl(), { "x-guest": "seen" });
  socket.send({ action: "note", text: "seen" });
  await socket.next("noted");
  socket.send({ action: "ping" });
  await socket.next("pong");
  await fetch(`${cloud.url()}/nowhere`);
  const state = await eventually(async () => {
    const found = await cloud.state();
    return found.requests.some(({ route }) => route === "GET /nowhere") ? found : undefined;
  });
  const counted = state.functions.find(({ name }) => name === "Sockets");
  expect(counted).toMatchObject({ p50: expect.any(Number) as number, p99: expect.any(Number) as number });
  expect(Number(counted?.["cold"]) + Number(counted?.["warm"])).toBe(counted?.["invocations"]);
  const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
  expect(state.connections).toContainEqual({
    id: expect.any(String) as string,
    user: "seen",
    connectedAt: time,
    lastActiveAt: time,
  });
  const routes = state.requests.map(({ route }) => route);
  expect(routes).toEqual(expect.arrayContaining(["note", "ping", "GET /nowhere", "$connect authorizer"]));
  expect(state.requests.find(({ route }) => route === "GET /nowhere")).toMatchObject({
    function: null,
    status: 404,
    requestId: null,
  });
  expect(state.requests.find(({ route }) => route === "note")).toMatchObject({
    at: time,
    function: "Sockets",
    status: 200,
    cold: false,
    requestId: expect.any(String) as string,
    writeUnits: 1,
    databaseCalls: [{ operation: "PutItem" }],
  });
});

test("a table is read by key and page by page", async () => {
  const socket = await connect(cloud.wsUrl(), { "x-guest": "writer" });
  const notes = 60;
  const connections = Array.from({ length: notes }, () => connect(cloud.wsUrl(), { "x-guest": "many" }));
  for (const one of await Promise.all(connections)) {
    one.send({ action: "note", text: "paged" });
    await one.next("noted");
  }
  socket.close();
  const look = async (query: string) => {
    const { status, body } = await getJson(`${cloud.url()}/_local/table${query}`);
    return { status, ...(body as { table: string; items: { pk: string }[]; nextCursor: string | null }) };
  };
  const first = await look("");
  expect(first.items).toHaveLength(50);
  const seen = [...first.items];
  for (let cursor = first.nextCursor; cursor !== null;) {
    const page = await look(`?name=${first.table}&cursor=${cursor}`);
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  const keys = seen.map(({ pk }) => pk).filter((pk) => pk.startsWith("N#"));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThanOrEqual(notes);
  const [key = ""] = keys;
  const one = await look(`?pk=${encodeURIComponent(key)}`);
  expect(one.items).toEqual([{ pk: key, sk: "-", text: expect.any(String) as string }]);
  expect(one.nextCursor).toBeNull();
  expect((await look("?name=none")).status).toBe(400);
  expect((await look("?cursor=none")).status).toBe(400);
});

test("a function that cannot reach the database says so over HTTP, until the fault is cleared", async () => {
  const token = await tokenFor({ httpUrl: cloud.url() } as never, "reader");
  const read = () => getJson(`${cloud.url()}/notes/x`, token);
  await cloud.set({ database: { error: "InternalServerError", share: 1 } });
  expect((await read()).status).toBe(500);
  await cloud.clear();
  expect((await read()).status).toBe(404);
});
