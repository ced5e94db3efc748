import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStorage } from "../../index.ts";
import type { ChatClient, ChatStorage, ConversationHandle } from "../../index.ts";
import { FakeChannel, FakeLocks } from "./fake-browser.ts";
import { FakeServer, token } from "./fakes.ts";
import type { FakeSocket, SentFrame } from "./fakes.ts";

const SECOND = 1_000;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

let server: FakeServer;
let storage: ChatStorage;
let locks: FakeLocks;
const clients: ChatClient[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  storage = { ...memoryStorage(), name: "shared" };
  locks = new FakeLocks();
  vi.stubGlobal("navigator", { locks });
  vi.stubGlobal("BroadcastChannel", FakeChannel);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A tab of alice's; its sockets bear a token of its own. */
async function tab(options: Parameters<FakeServer["client"]>[0] = {}) {
  const text = token("alice", { lives: 3600 + clients.length });
  const client = server.client({ random: () => 0.5, storage, getToken: () => text, ...options });
  clients.push(client);
  client.connect().catch(() => undefined);
  await pass(100);
  const isIts = (socket: FakeSocket): boolean => socket.protocols.includes(text);
  return {
    client,
    conversation: client.conversation("c"),
    isIts,
    sends: () => sendsOf(server.sockets.filter(isIts)),
  };
}

const sendsOf = (sockets: readonly FakeSocket[]): readonly SentFrame[] =>
  sockets.flatMap(({ sent }) => sent.filter(({ action }) => action === "send_message"));

const editsOf = ({ sent }: FakeSocket): readonly SentFrame[] =>
  sent.filter(({ action }) => action === "edit_message");

const states = ({ messages }: ConversationHandle): readonly string[] =>
  messages.get().items.map(({ state }) => state);

test("a tab that loses its network lets another one send", async () => {
  const [one, two] = [await tab(), await tab()];
  one.conversation.send({ content: "first" });
  await pass(SECOND);
  expect([one.sends().length, two.sends().length]).toEqual([1, 0]);
  server.shuts = one.isIts;
  for (const socket of server.open.filter(one.isIts)) socket.cut();
  one.conversation.send({ content: "of the one offline" });
  await pass(10);
  two.conversation.send({ content: "of the other" });
  await pass(10 * SECOND);
  expect(one.client.connection.get().state).not.toBe("online");
  expect(server.logs.get("c")?.map(({ content }) => content)).toEqual([
    "first",
    "of the one offline",
    "of the other",
  ]);
  expect(states(one.conversation)).toEqual(["sent", "sent", "sent"]);
  // Online again it is one among the others.
  server.shuts = () => false;
  await pass(60 * SECOND);
  one.conversation.send({ content: "last" });
  await pass(SECOND);
  expect([one.sends().length, two.sends().length]).toEqual([1, 3]);
});

test("a tab that blinks goes on sending", async () => {
  const [one, two] = [await tab(), await tab()];
  for (const socket of server.open.filter(one.isIts)) socket.cut();
  two.conversation.send({ content: "hello" });
  await pass(5 * SECOND);
  expect([one.sends().length, two.sends().length]).toEqual([1, 0]);
});

test("what a frozen tab was handed goes out within a minute, and it waits its turn when it thaws", async () => {
  let isRobbed = false;
  // The tab that holds the lock answers nothing.
  const frozen = locks.request("parley/shared/alice", {}, () => new Promise(() => undefined));
  frozen.catch(() => {
    isRobbed = true;
  });
  const two = await tab();
  two.conversation.send({ content: "hello" });
  await pass(SECOND);
  expect(states(two.conversation)).toEqual(["pending"]);
  await pass(60 * SECOND);
  expect(states(two.conversation)).toEqual(["sent"]);
  expect(isRobbed).toBe(true);
});

test("a tab that was robbed sends no more, and again when the other one is closed", async () => {
  const [one, two] = [await tab(), await tab()];
  server.answers = ({ action }, socket) =>
    action === "send_message" && one.isIts(socket) ? null : undefined;
  two.conversation.send({ content: "hello" });
  await pass(90 * SECOND);
  expect(states(two.conversation)).toEqual(["sent"]);
  server.answers = () => undefined;
  const before = one.sends().length;
  one.conversation.send({ content: "again" });
  await pass(SECOND);
  expect(one.sends()).toHaveLength(before);
  await two.client.close();
  one.conversation.send({ content: "alone" });
  await pass(SECOND);
  expect(one.sends()).toHaveLength(before + 1);
  expect(server.logs.get("c")).toHaveLength(3);
});

test("a second sender goes from where the first one went, whatever it has seen since", async () => {
  // No locks, as on a page that is neither local nor https: every tab sends what is kept.
  vi.stubGlobal("navigator", {});
  server.isUp = false;
  const one = await tab();
  await storage.set("me", { id: "alice", name: "a", displayName: "A", avatarUrl: null });
  one.conversation.send({ content: "once" });
  await pass(SECOND);
  const two = await tab();
  expect(states(two.conversation)).toEqual(["pending"]);
  server.shuts = two.isIts;
  server.isUp = true;
  const stored = new Set<string>();
  server.answers = (frame, socket) => {
    if (frame.action !== "send_message") return undefined;
    if (stored.has(frame.id + String(socket.protocols[0]))) return undefined;
    stored.add(frame.id + String(socket.protocols[0]));
    // The server looks for it above what the sender knew.
    const log = server.logs.get("c") ?? [];
    const isKnown = log.some(
      ({ seq, clientMessageId }) =>
        seq > Number(frame["afterSeq"]) && clientMessageId === frame["clientMessageId"],
    );
    if (!isKnown) server.append("c", "alice", "once", String(frame["clientMessageId"]));
    return null;
  };
  // Stored, but the ack is lost; the other tab hears of the conversation alone.
  await pass(30 * SECOND);
  expect(server.logs.get("c")).toHaveLength(1);
  server.http = (path) =>
    path.startsWith("/api/conversations?")
      ? { status: 200, body: { conversations: [{ ...LISTED, lastSeq: 1 }], nextCursor: null } }
      : undefined;
  server.shuts = () => false;
  await pass(120 * SECOND);
  expect(two.sends().length).toBeGreaterThan(0);
  expect(server.logs.get("c")).toHaveLength(1);
});

test("what is taken back while another tab begins to send it does not come again after a reload", async () => {
  const [one, two] = [await tab(), await tab()];
  const kept = { ...storage };
  let key = "";
  // Its removal comes before the tab that sends has kept what it goes from, and is told after that.
  (storage as { set: ChatStorage["set"] }).set = async (name, value) => {
    const isBeginning = (value as { afterSeq?: unknown }).afterSeq === 0;
    if (isBeginning) {
      two.conversation.discard(key);
      await Promise.resolve();
    }
    await kept.set(name, value);
    if (isBeginning) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  ({ key } = two.conversation.send({ content: "never" }));
  await pass(10 * SECOND);
  expect(one.sends()).toEqual([]);
  expect((await storage.keys()).filter((name) => name.startsWith("out/"))).toEqual([]);
});

test("a change is made by the tab that sends, shown in both, and its promise is the one's who asked", async () => {
  server.append("c", "alice", "one");
  const [one, two] = [await tab(), await tab()];
  for (const { conversation } of [one, two]) conversation.open();
  await pass(SECOND);
  const edits = (of: typeof one) => server.sockets.filter(of.isIts).flatMap(editsOf);
  const contents = () => [one, two].map(({ conversation }) => conversation.messages.get().items[0]!.content);
  let answer = (): void => undefined;
  server.answers = (frame, socket) => {
    if (frame.action !== "edit_message") return undefined;
    const message = server.change("c", 1, { content: String(frame["content"]) });
    answer = () => socket.receive({ type: "ack", id: frame.id, action: frame.action, data: { message } });
    return null;
  };
  const done: string[] = [];
  void two.conversation.edit(1, { content: "ONE" }).then(() => done.push("two"));
  await pass(10);
  expect(contents()).toEqual(["ONE", "ONE"]);
  expect([edits(one).length, edits(two).length]).toEqual([1, 0]);
  expect([done, one.client.waiting.get()]).toEqual([[], 1]);
  answer();
  await pass(10);
  expect([done, contents()]).toEqual([["two"], ["ONE", "ONE"]]);
  expect([one, two].map(({ client }) => client.waiting.get())).toEqual([0, 0]);
  server.answers = ({ action, id }) =>
    action === "edit_message" ? { type: "error", id, code: "FORBIDDEN", message: "No." } : undefined;
  const refused = two.conversation.edit(1, { content: "no" });
  await pass(10);
  await expect(refused).rejects.toMatchObject({ code: "FORBIDDEN", message: "No." });
  expect(contents()).toEqual(["ONE", "ONE"]);
  expect((await storage.keys()).filter((name) => name.startsWith("out/"))).toEqual([]);
});

test("a sign-out reaches a tab that has no token", async () => {
  const one = await tab();
  const two = await tab({ getToken: () => new Promise(() => undefined) });
  expect(two.client.me.get()?.id).toBe("alice");
  const leaving = one.client.signOut();
  await pass(SECOND);
  await leaving;
  expect(two.client.connection.get().state).toBe("closed");
  expect(two.client.me.get()).toBeNull();
});

test("`waiting` counts what the server has not taken: in all tabs, and after a reload", async () => {
  const [one, two] = [await tab(), await tab()];
  server.isUp = false;
  for (const socket of server.open) socket.cut();
  one.conversation.send({ content: "a" });
  two.client.conversation("d").send({ content: "b" });
  // Refused at once: it waits for nobody but who wrote it.
  one.conversation.send({ content: "" });
  await pass(SECOND);
  expect([one.client.waiting.get(), two.client.waiting.get()]).toEqual([2, 2]);
  await one.client.close();
  await two.client.close();
  const three = await tab();
  expect(three.client.waiting.get()).toBe(2);
  const counts: number[] = [];
  three.client.waiting.subscribe(() => counts.push(three.client.waiting.get()));
  server.isUp = true;
  await pass(60 * SECOND);
  expect(counts.at(-1)).toBe(0);
  await three.client.signOut();
  expect(three.client.waiting.get()).toBe(0);
});

const LISTED = {
  id: "c",
  otherParticipant: {
    id: "bob",
    name: "bob",
    displayName: "Bob",
    avatarUrl: null,
    online: true,
    lastSeenAt: null,
    version: 1,
  },
  lastMessage: null,
  lastMessageAt: "2026-01-01T00:00:00.000Z",
  unreadCount: 0,
  lastSeq: 0,
  readSeq: 0,
};
