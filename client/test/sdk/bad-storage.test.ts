import { describe, expect, test, vi } from "vitest";
import { memoryStorage } from "../../index.ts";
import type { ChatStorage } from "../../index.ts";
import { FakeWorld, MINUTE, SECOND, pass, shown } from "./fake-world.ts";

/** A storage that is full, blocked, broken, slow or of another version: the chat goes on without it. */

const world = new FakeWorld();
const quota = (): Error => Object.assign(new Error("It is full."), { name: "QuotaExceededError" });
const never = <T>(): Promise<T> => new Promise(() => undefined);

/** Sends, receives, and has told of the storage once. */
async function expectChat(storage: ChatStorage, warnings: number): Promise<void> {
  const warn = vi.fn();
  const client = await world.connected({ storage, logger: { debug: () => undefined, warn } });
  const conversation = await world.opened(client);
  conversation.send({ content: "typed" });
  await pass(20 * SECOND);
  world.server.last().receive({ type: "new_message", message: world.server.append("c", "bob", "heard") });
  await pass(SECOND);
  expect(client.connection.get().state).toBe("online");
  expect(shown(conversation)).toEqual([
    ["typed", "sent"],
    ["heard", "sent"],
  ]);
  expect(conversation.messages.get()).toMatchObject({ loading: false, error: null });
  expect(client.conversations.get().error).toBeNull();
  expect(warn).toHaveBeenCalledTimes(warnings);
}

const broken = (changes: Partial<ChatStorage>): ChatStorage => ({ ...memoryStorage(), ...changes });

test.each<[string, Partial<ChatStorage>]>([
  ["full", { set: () => Promise.reject(quota()) }],
  [
    "full, and says so by throwing",
    {
      set: () => {
        throw quota();
      },
    },
  ],
  ["one that cannot be opened", fails(() => Promise.reject(new Error("It may not be used.")))],
  ["one that never opens", fails(never)],
  ["one that takes and never answers", { set: never }],
  ["one that cannot be listed", { keys: () => Promise.reject(new Error("It is broken.")) }],
])("%s: what is in memory goes out, and that is told once", async (_, changes) => {
  await expectChat(broken(changes), 1);
});

function fails(answer: () => Promise<never>): Partial<ChatStorage> {
  return { get: answer, set: answer, delete: answer, keys: answer, clear: answer };
}

test("slow, but in time: everything is kept all the same", async () => {
  const kept = memoryStorage();
  const after = <T>(value: T): Promise<T> =>
    new Promise((resolve) => setTimeout(() => resolve(value), 2 * SECOND));
  const slow: ChatStorage = {
    ...kept,
    get: async (key) => after(await kept.get(key)),
    set: async (key, value) => after(await kept.set(key, value)),
    keys: async () => after(await kept.keys()),
  };
  await expectChat(slow, 0);
  expect(await kept.get("log/c")).toMatchObject({ messages: [{ seq: 1 }, { seq: 2 }] });
});

test("gone in mid-session: nothing typed is lost", async () => {
  const kept = memoryStorage();
  let isGone = false;
  const gone = <T>(run: () => Promise<T>): Promise<T> =>
    isGone ? Promise.reject(new Error("The database was closed.")) : run();
  const storage: ChatStorage = {
    ...kept,
    get: (key) => gone(() => kept.get(key)),
    set: (key, value) => gone(() => kept.set(key, value)),
    delete: (key) => gone(() => kept.delete(key)),
    keys: () => gone(() => kept.keys()),
  };
  const conversation = await world.opened(await world.connected({ storage }));
  world.server.isUp = false;
  world.server.last().cut();
  conversation.send({ content: "before" });
  await pass(SECOND);
  isGone = true;
  conversation.send({ content: "after" });
  world.server.isUp = true;
  await pass(30 * SECOND);
  expect(shown(conversation)).toEqual([
    ["before", "sent"],
    ["after", "sent"],
  ]);
  expect(world.server.logs.get("c")).toHaveLength(2);
});

test("log-out empties also one that was given up before", async () => {
  const kept = memoryStorage();
  let isSlow = false;
  const storage: ChatStorage = { ...kept, set: (key, value) => (isSlow ? never() : kept.set(key, value)) };
  const client = await world.connected({ storage });
  const conversation = await world.opened(client);
  conversation.send({ content: "typed" });
  await pass(SECOND);
  isSlow = true;
  conversation.send({ content: "more" });
  await pass(10 * SECOND);
  expect(await kept.keys()).toContain("me");
  const leaving = client.signOut();
  await pass(10 * SECOND);
  await leaving;
  expect(await kept.keys()).toEqual([]);
});

describe("what was kept is corrupt, or of another version", () => {
  const ENTRY = {
    conversationId: "c",
    clientMessageId: "m1",
    content: "kept",
    order: 1,
    writtenAt: 1,
    afterSeq: null,
    refusal: null,
  };
  const VALUES: readonly unknown[] = [
    null,
    "text",
    5,
    NaN,
    true,
    [],
    [null],
    [5],
    {},
    [{}],
    { id: 5 },
    { version: 0, data: [] },
    [{ id: "c" }],
    [{ seq: 1 }],
    [{ seq: 1, sender: { id: "bob" } }],
    new Date(NaN),
    new Map(),
  ];
  const KEYS = ["me", "list", "log/c", "out/c/m1", "read/c", "unknown/key"];

  test.each(KEYS)("under %s", { timeout: 5 * MINUTE }, async (key) => {
    for (const value of VALUES) {
      const storage = memoryStorage();
      await storage.set("me", { id: "alice", name: "a", displayName: "A", avatarUrl: null });
      await storage.set(key, value);
      world.server.logs.clear();
      await expectChat(storage, 0);
    }
  });

  test.each([
    ["a time that is none", { writtenAt: 1e300 }],
    ["a time that is a text", { writtenAt: "yesterday" }],
    ["no order", { order: undefined }],
    ["another's content", { content: { text: "kept" } }],
  ])("a message with %s is as good as nothing, and those beside it go out", async (_, change) => {
    const storage = memoryStorage();
    await storage.set("me", { id: "alice", name: "a", displayName: "A", avatarUrl: null });
    await storage.set("out/c/m0", { ...ENTRY, clientMessageId: "m0", ...change });
    await storage.set("out/c/m1", ENTRY);
    const conversation = await world.opened(await world.connected({ storage }));
    await pass(5 * SECOND);
    expect(shown(conversation)).toEqual([["kept", "sent"]]);
  });

  test("a message of a version that knew neither first try nor refusal goes out", async () => {
    const storage = memoryStorage();
    await storage.set("me", { id: "alice" });
    const { afterSeq: _a, refusal: _r, ...older } = ENTRY;
    await storage.set("out/c/m1", older);
    const conversation = await world.opened(await world.connected({ storage }));
    await pass(5 * SECOND);
    expect(shown(conversation)).toEqual([["kept", "sent"]]);
  });
});
