import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { indexedDbStorage, memoryStorage } from "../../index.ts";
import type { ChatClient, ChatStorage } from "../../index.ts";
import { repeated, SILENT } from "../../sdk/environment.ts";
import { forgiving } from "../../sdk/storage/chat-storage.ts";
import { FakeServer } from "./fakes.ts";

/** What goes wrong in a page that is open for days: sleep, growth, storages that go away. */

const SECOND = 1_000;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

let server: FakeServer;
let client: ChatClient;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(async () => {
  await client?.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function online(options: Parameters<FakeServer["client"]>[0] = {}): Promise<void> {
  client = server.client({ random: () => 0.5, ...options });
  const connected = client.connect();
  await pass(100);
  await connected;
}

test("a conversation that is closed keeps a hundred messages, and loads the others again", async () => {
  for (let seq = 1; seq <= 300; seq += 1) server.append("c", "bob", String(seq));
  server.http = (path) => {
    const before = /before=c-(\d+)/.exec(path)?.[1];
    if (before === undefined) return undefined;
    const end = Number(before) - 1;
    return { status: 200, body: { messages: server.logs.get("c")!.slice(Math.max(0, end - 50), end) } };
  };
  await online();
  const conversation = client.conversation("c");
  const { messages } = conversation;
  const close = conversation.open();
  await pass(SECOND);
  for (let more = 0; more < 5; more += 1) await messages.loadOlder();
  expect(messages.get()).toMatchObject({ items: { length: 300 }, hasOlder: false });
  close();
  await pass(10 * SECOND);
  expect(messages.get()).toMatchObject({ items: { length: 100 }, hasOlder: true });
  conversation.open();
  await messages.loadOlder();
  await pass(SECOND);
  expect(messages.get().items).toHaveLength(150);
  expect(messages.get().items.at(-1)?.content).toBe("300");
});

test("a conversation that is closed and opened again at once keeps what was loaded", async () => {
  for (let seq = 1; seq <= 150; seq += 1) server.append("c", "bob", String(seq));
  server.http = (path) =>
    path.includes("/messages") ? { status: 200, body: { messages: server.logs.get("c") } } : undefined;
  await online();
  const conversation = client.conversation("c");
  const close = conversation.open();
  await pass(SECOND);
  close();
  conversation.open();
  await pass(10 * SECOND);
  expect(conversation.messages.get().items).toHaveLength(150);
});

test("what is asked for while a run is under way, or at the moment when it ends, begins after it was asked for", async () => {
  for (let ticks = 0; ticks < 12; ticks += 1) {
    let runs = 0;
    const run = repeated(() => Promise.resolve(void (runs += 1)));
    const first = run();
    for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
    const before = runs;
    await run();
    expect(runs, `${ticks} ticks later`).toBe(before + 1);
    await first;
  }
});

test("a storage that answered late, as after sleep, is used again", async () => {
  const memory = memoryStorage();
  let delay = 10 * SECOND;
  const slow: ChatStorage = {
    ...memory,
    set: async (key, value) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      await memory.set(key, value);
    },
  };
  const storage = forgiving(slow, SILENT);
  void storage.set("a", 1);
  await pass(5 * SECOND);
  // Nobody waits for a storage that is silent.
  await storage.set("b", 1);
  expect(await memory.keys()).toEqual([]);
  await pass(10 * SECOND);
  delay = 0;
  void storage.set("c", 1);
  await pass(SECOND);
  expect(await memory.keys()).toEqual(["a", "c"]);
});

test("a page whose locks are forbidden, as in a sandbox, sends all the same", async () => {
  const forbidden = Object.assign(new Error("No."), { name: "SecurityError" });
  vi.stubGlobal("navigator", { locks: { request: () => Promise.reject(forbidden) } });
  await online({ storage: { ...memoryStorage(), name: "sandbox" } });
  client.conversation("c").send({ content: "hello" });
  await pass(SECOND);
  expect(server.logs.get("c")).toHaveLength(1);
});

/** As much of IndexedDB as a storage asks for its keys; its database may be closed behind its back. */
function fakeIndexedDb() {
  const opened: { isClosed: boolean; onversionchange?: () => void }[] = [];
  const soon = (done: () => (() => void) | undefined): void => queueMicrotask(() => done()?.());
  const open = () => {
    const database = {
      isClosed: false,
      close: () => void (database.isClosed = true),
      transaction: () => {
        if (database.isClosed) throw new Error("InvalidStateError");
        const transaction = {
          oncomplete: undefined as (() => void) | undefined,
          objectStore: () => ({ getAllKeys: () => ({ result: ["a"] }) }),
        };
        soon(() => transaction.oncomplete);
        return transaction;
      },
    };
    opened.push(database);
    const request = { result: database, onsuccess: undefined as (() => void) | undefined };
    soon(() => request.onsuccess);
    return request;
  };
  return { opened, indexedDB: { open } };
}

test("a database that was closed without a word is opened again", async () => {
  const { opened, indexedDB } = fakeIndexedDb();
  vi.stubGlobal("indexedDB", indexedDB);
  const storage = indexedDbStorage("days");
  expect(await storage.keys()).toEqual(["a"]);
  opened[0]!.isClosed = true;
  await expect(storage.keys()).rejects.toThrow("InvalidStateError");
  expect(await storage.keys()).toEqual(["a"]);
  expect(opened).toHaveLength(2);
});

test("a database is let go when another tab has a newer version of it", async () => {
  const { opened, indexedDB } = fakeIndexedDb();
  vi.stubGlobal("indexedDB", indexedDB);
  const storage = indexedDbStorage("days");
  await storage.keys();
  opened[0]!.onversionchange?.();
  expect(opened[0]!.isClosed).toBe(true);
  expect(await storage.keys()).toEqual(["a"]);
});
