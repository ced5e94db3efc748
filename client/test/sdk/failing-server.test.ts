import { describe, expect, test } from "vitest";
import type { ChatErrorCode } from "../../index.ts";
import { FakeWorld, MINUTE, SECOND, pass, shown } from "./fake-world.ts";
import type { FakeAnswer } from "./fakes.ts";

/** A server that fails: it is asked again, ever more seldom, the state says so, and all is well when it is. */

const world = new FakeWorld();
const isList = (path: string): boolean => path.startsWith("/api/conversations?");

/** Answers like this, and counts the lists that are asked for, until it is mended. */
function fails(answer: FakeAnswer | null) {
  const asked: number[] = [];
  let isMended = false;
  world.server.http = (path) => {
    if (isList(path)) asked.push(Date.now());
    return isMended ? undefined : answer;
  };
  return { asked, mend: () => (isMended = true) };
}

const html = "<html><body>Service Unavailable</body></html>";

test.each<[string, FakeAnswer, ChatErrorCode]>([
  ["500", { status: 500, body: { code: "INTERNAL", message: "Broken." } }, "INTERNAL"],
  ["503 with a page", { status: 503, text: html }, "INTERNAL"],
  ["504 with nothing", { status: 504, text: "" }, "INTERNAL"],
  ["500 with null", { status: 500, text: "null" }, "INTERNAL"],
  ["429 of the gateway", { status: 429, body: { message: "Too Many Requests" } }, "RATE_LIMITED"],
  [
    "401 of the gateway, for each new token",
    { status: 401, body: { message: "Unauthorized" } },
    "UNAUTHORIZED",
  ],
  ["200 with nothing", { status: 200, text: "" }, "NETWORK"],
  ["200 with broken JSON", { status: 200, text: '{"conversations":[' }, "NETWORK"],
  ["200 with a page, as in a hotel", { status: 200, text: html }, "NETWORK"],
  ["200 with another object", { status: 200, body: {} }, "NETWORK"],
])("%s: the list says so, is asked for again without haste, and recovers", async (_, answer, code) => {
  const { asked, mend } = fails(answer);
  const client = await world.connected();
  expect(client.conversations.get().error).toMatchObject({ code, retryable: true });
  await pass(5 * MINUTE);
  expect(asked.length).toBeGreaterThan(10);
  // Half of 30 s on the average, and of less at the beginning; a refused token is tried once more each time.
  expect(asked.length).toBeLessThan(code === "UNAUTHORIZED" ? 60 : 30);
  mend();
  await pass(30 * SECOND);
  expect(client.conversations.get()).toMatchObject({ error: null, loading: false });
  const before = asked.length;
  await pass(MINUTE);
  expect(asked).toHaveLength(before);
});

test.each([
  ["in seconds", { "retry-after": "20" }],
  ["as a date", { "retry-after": "date" }],
])("429 with a page and Retry-After %s: not before", async (_, headers) => {
  const at = new Date(Date.now() + 21 * SECOND).toUTCString();
  const given = headers["retry-after"] === "date" ? { "retry-after": at } : headers;
  const { asked, mend } = fails({ status: 429, text: html, headers: given });
  const client = await world.connected();
  expect(client.conversations.get().error?.code).toBe("RATE_LIMITED");
  mend();
  await pass(MINUTE);
  expect(asked).toHaveLength(2);
  expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(19 * SECOND);
  expect(client.conversations.get().error).toBeNull();
});

test("an answer that never comes is given up in 15 s, and asked for again", async () => {
  const { asked, mend } = fails(null);
  const client = await world.connected();
  expect(client.conversations.get()).toMatchObject({ loading: true, error: null });
  await pass(15 * SECOND);
  expect(client.conversations.get().error).toMatchObject({ code: "NETWORK" });
  await pass(5 * MINUTE);
  expect(asked.length).toBeLessThan(20);
  mend();
  await pass(45 * SECOND);
  expect(client.conversations.get()).toMatchObject({ error: null, loading: false });
});

test("what never answers is heard of by whoever waits for it", async () => {
  const client = await world.connected();
  world.server.http = () => null;
  const found = expect(client.findUser("bob")).rejects.toMatchObject({ code: "NETWORK", retryable: true });
  const begun = expect(client.direct("bob")).rejects.toMatchObject({ code: "NETWORK" });
  await pass(15 * SECOND);
  await Promise.all([found, begun]);
});

test("a page of messages that fails is a state of the conversation, and is loaded in the end", async () => {
  world.server.append("c", "bob", "kept on the server");
  const client = await world.connected();
  world.server.http = (path) => (path.includes("/messages") ? { status: 502, text: html } : undefined);
  const conversation = await world.opened(client);
  expect(conversation.messages.get().error).toMatchObject({ code: "INTERNAL" });
  world.server.http = () => undefined;
  await pass(30 * SECOND);
  expect(conversation.messages.get()).toMatchObject({ error: null, loading: false });
  expect(shown(conversation)).toEqual([["kept on the server", "sent"]]);
});

describe("sockets", () => {
  test("that are let in and cut at once are opened ever more seldom; what was typed goes out", async () => {
    const client = await world.connected();
    const conversation = await world.opened(client);
    world.server.answers = () => null;
    world.server.last().cut();
    conversation.send({ content: "typed" });
    const cut = setInterval(() => world.server.open.forEach((socket) => socket.cut()), 10);
    const before = world.server.sockets.length;
    await pass(5 * MINUTE);
    // 30 s at most between two, and half of it on the average.
    expect(world.server.sockets.length - before).toBeLessThan(30);
    expect(shown(conversation)).toEqual([["typed", "pending"]]);
    clearInterval(cut);
    world.server.answers = () => undefined;
    await pass(MINUTE);
    expect(client.connection.get().state).toBe("online");
    expect(shown(conversation)).toEqual([["typed", "sent"]]);
  });

  test("that are cut after they have served are opened again at once, however often", async () => {
    const client = await world.connected();
    await world.opened(client);
    for (let cuts = 0; cuts < 10; cuts += 1) {
      // One that is lost within moments is not one that has served.
      await pass(6 * SECOND);
      world.server.last().cut();
      await pass(4 * SECOND);
      expect(client.connection.get().state).toBe("online");
    }
  });

  test("that are let in and say nothing are given up, not hammered, and replaced when all is well", async () => {
    world.server.answers = () => null;
    const client = await world.connected();
    const conversation = await world.opened(client);
    conversation.send({ content: "typed" });
    await pass(5 * MINUTE);
    expect(world.server.sockets.length).toBeGreaterThan(5);
    expect(world.server.sockets.length).toBeLessThan(20);
    expect(world.server.open.length).toBeLessThanOrEqual(1);
    expect(shown(conversation)).toEqual([["typed", "pending"]]);
    world.server.answers = () => undefined;
    await pass(MINUTE);
    expect(shown(conversation)).toEqual([["typed", "sent"]]);
    expect(conversation.messages.get()).toMatchObject({ loading: false, error: null });
  });

  test("that never open are given up in 15 s, and the state says so", async () => {
    world.server.accepts = () => false;
    const client = await world.connected();
    expect(client.connection.get().state).toBe("connecting");
    await pass(15 * SECOND);
    expect(client.connection.get()).toMatchObject({ state: "offline", reason: { code: "NETWORK" } });
    expect(world.server.last().readyState).toBe(3);
    world.server.accepts = () => true;
    await pass(10 * SECOND);
    expect(client.connection.get()).toEqual({ state: "online", since: expect.any(Number) as number });
  });
});
