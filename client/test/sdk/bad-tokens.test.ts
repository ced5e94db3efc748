import { describe, expect, test, vi } from "vitest";
import { FakeWorld, MINUTE, SECOND, pass, shown } from "./fake-world.ts";
import { token } from "./fakes.ts";
import type { FakeSocket, SentFrame } from "./fakes.ts";

/** A `getToken` that does what none should, and a clock that is wrong. */

const world = new FakeWorld();
const HOUR = 60 * MINUTE;
const never = <T>(): Promise<T> => new Promise(() => undefined);

test("one that throws once is asked again, and what was typed goes out", async () => {
  let asked = 0;
  const getToken = (): string => {
    if ((asked += 1) === 1) throw new Error("The issuer is away.");
    return token("alice");
  };
  const client = await world.connected({ getToken });
  expect(client.connection.get()).toMatchObject({ state: "offline", reason: { code: "UNAUTHORIZED" } });
  const conversation = await world.opened(client);
  conversation.send({ content: "typed" });
  await pass(10 * SECOND);
  expect(client.connection.get().state).toBe("online");
  expect(shown(conversation)).toEqual([["typed", "sent"]]);
});

test("one that always throws is asked ever more seldom, and nothing typed is lost", async () => {
  let asked = 0;
  const getToken = (): Promise<string> => {
    asked += 1;
    return Promise.reject(new Error("The issuer is away."));
  };
  const client = await world.connected({ getToken });
  const conversation = await world.opened(client);
  conversation.send({ content: "typed" });
  await pass(10 * MINUTE);
  expect(client.connection.get().reason).toMatchObject({ code: "UNAUTHORIZED", retryable: true });
  expect(shown(conversation)).toEqual([["typed", "pending"]]);
  // 30 s at most between two, half of that on the average, and less than that at the beginning.
  expect(asked).toBeGreaterThan(20);
  expect(asked).toBeLessThan(60);
});

test("one that hangs is given up after a while; closing does not wait for it", async () => {
  const client = await world.connected({ getToken: never });
  expect(client.connection.get().state).toBe("connecting");
  await pass(20 * SECOND);
  expect(client.connection.get()).toMatchObject({ state: "offline", reason: { code: "UNAUTHORIZED" } });
  await pass(5 * SECOND);
  expect(client.connection.get().state).toBe("connecting");
  const connecting = expect(client.connect()).rejects.toMatchObject({ code: "NETWORK" });
  const finding = expect(client.findUser("bob")).rejects.toMatchObject({ code: "NETWORK" });
  await client.close();
  await pass(0);
  expect(client.connection.get().state).toBe("closed");
  await Promise.all([connecting, finding]);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ["no token at all", ""],
  ["nobody's", `e30.${Buffer.from("{}").toString("base64url")}.s`],
  ["no JSON", "a.b.c"],
  ["not even a text", undefined as unknown as string],
])("a malformed one is a reason, not an end: %s", async (_, text) => {
  let given = text;
  const client = await world.connected({ getToken: () => given });
  expect(client.connection.get()).toMatchObject({ state: "offline", reason: { code: "UNAUTHORIZED" } });
  expect(world.server.sockets).toEqual([]);
  given = token("alice");
  await pass(10 * SECOND);
  expect(client.connection.get().state).toBe("online");
});

/** Refuses expired tokens as a server with a right clock does; `ahead`: by how much the client's clock is. */
function checkTokens(ahead = (): number => 0): void {
  const isGood = (text: string): boolean => {
    const { exp } = JSON.parse(Buffer.from(text.split(".")[1]!, "base64url").toString()) as { exp: number };
    return exp * 1000 > Date.now() - ahead();
  };
  world.server.shuts = ({ protocols }: FakeSocket) => !isGood(protocols[0]!);
  world.server.http = (_, sent) => (isGood(sent) ? undefined : { status: 401, text: "" });
  world.server.answers = ({ id }, { protocols }) =>
    isGood(protocols[0]!)
      ? undefined
      : { type: "error", id, code: "UNAUTHORIZED", message: "It has expired." };
}

test("an expired one is refused, and asked for again without haste", async () => {
  checkTokens();
  let [asked, lives] = [0, -60];
  const getToken = ({ expired }: { expired: boolean }): string => {
    expect(expired).toBe(asked > 0);
    asked += 1;
    return token("alice", { iat: Date.now() / 1000 - 3600, lives: 3600 + lives });
  };
  const client = await world.connected({ getToken });
  const conversation = await world.opened(client);
  conversation.send({ content: "typed" });
  await pass(5 * MINUTE);
  expect(client.connection.get().state).not.toBe("online");
  expect(client.connection.get().reason ?? { code: "NETWORK" }).toMatchObject({ code: "NETWORK" });
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(30);
  lives = 600;
  await pass(2 * MINUTE);
  expect(client.connection.get().state).toBe("online");
  expect(shown(conversation)).toEqual([["typed", "sent"]]);
});

test("a token of somebody else in mid-session: nothing more is done in the first one's name", async () => {
  let [user, isRefused] = ["alice", false];
  const client = await world.connected({ getToken: () => token(user) });
  await world.opened(client);
  world.server.http = () => (isRefused ? { status: 401, text: "" } : undefined);
  [user, isRefused] = ["bob", true];
  void client.findUser("carol").catch(() => undefined);
  await pass(1);
  isRefused = false;
  expect(client.me.get()?.id).toBe("bob");
  const [first] = world.server.sockets;
  const before = first!.sent.length;
  const conversation = client.conversation("c");
  conversation.send({ content: "bob's" });
  await pass(30 * SECOND);
  expect(first!.sent).toHaveLength(before);
  expect(first!.readyState).toBe(3);
  const isSend = ({ action }: SentFrame): boolean => action === "send_message";
  const [sender, ...others] = world.server.sockets.filter(({ sent }) => sent.some(isSend));
  expect(others).toEqual([]);
  expect(subjectOf(sender!)).toBe("bob");
  expect(conversation.messages.get().items.filter(({ state }) => state !== "sent")).toEqual([]);
});

const subjectOf = ({ protocols }: FakeSocket): unknown =>
  (JSON.parse(Buffer.from(protocols[0]!.split(".")[1]!, "base64url").toString()) as { sub: unknown }).sub;

describe("a clock that is wrong", () => {
  test.each([
    ["an hour ahead", HOUR],
    ["an hour behind", -HOUR],
  ])("%s: tokens are renewed when they end, not all the time", async (_, wrong) => {
    let asked = 0;
    const now = (): number => Date.now() + wrong;
    const getToken = (): string => {
      asked += 1;
      return token("alice", { lives: 600 });
    };
    checkTokens();
    const client = await world.connected({ getToken, now });
    const conversation = await world.opened(client);
    await pass(HOUR);
    expect(client.connection.get().state).toBe("online");
    // One for each nine of the sixty minutes.
    expect(asked).toBeGreaterThanOrEqual(6);
    expect(asked).toBeLessThanOrEqual(9);
    world.server.last().receive({ type: "new_message", message: world.server.append("c", "bob", "first") });
    conversation.send({ content: "second" });
    await pass(SECOND);
    expect(shown(conversation)).toEqual([
      ["first", "sent"],
      ["second", "sent"],
    ]);
  });

  test.each([
    ["forward", HOUR],
    ["back", -HOUR],
  ])("that jumps %s: the server's refusal decides, and nothing is asked in a loop", async (_, jump) => {
    let [asked, wrong] = [0, 0];
    const getToken = (): string => {
      asked += 1;
      return token("alice", { lives: 600 });
    };
    checkTokens();
    const client = await world.connected({ getToken, now: () => Date.now() + wrong });
    const conversation = await world.opened(client);
    wrong = jump;
    for (const content of ["a", "b"]) conversation.send({ content });
    await pass(15 * MINUTE);
    for (const content of ["c", "d"]) conversation.send({ content });
    await pass(MINUTE);
    expect(client.connection.get().state).toBe("online");
    expect(shown(conversation)).toEqual(["a", "b", "c", "d"].map((content) => [content, "sent"]));
    expect(asked).toBeGreaterThanOrEqual(2);
    expect(asked).toBeLessThanOrEqual(6);
  });
});

test("a token that was kept for a while counts by what is left of it", async () => {
  const seconds = Math.floor(Date.now() / 1000);
  const kept = token("alice", { iat: seconds - 3_000, lives: 3_600 });
  const fresh = token("alice", { iat: seconds + 600, lives: 3_600 });
  let given = 0;
  await world.connected({ getToken: () => ((given += 1) === 1 ? kept : fresh) });
  expect(given).toBe(1);
  // Before its ten minutes are over.
  await pass(9.5 * MINUTE);
  expect(given).toBeGreaterThan(1);
});
