import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventually } from "../../../local/test/support/pace.ts";
import { bundle } from "../../bundle.mjs";
import { memoryStorage } from "../../index.ts";
import type { ChatClient, ChatStorage, Conversation, ConversationHandle } from "../../index.ts";
import { OF_TWO } from "../../../lambdas/protocol/objects.ts";
import { FakeLocks } from "./fake-browser.ts";
import { FakeServer, token } from "./fakes.ts";

/** What users of other clients complain about; 13, of the scroll, is the page's. */

const SECOND = 1_000;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

let server: FakeServer;
const clients: ChatClient[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function clientOf(options: Parameters<FakeServer["client"]>[0] = {}): ChatClient {
  const client = server.client({ random: () => 0.5, ...options });
  clients.push(client);
  return client;
}

async function online(options: Parameters<FakeServer["client"]>[0] = {}): Promise<ChatClient> {
  const client = clientOf(options);
  const connected = client.connect();
  await pass(100);
  await connected;
  return client;
}

async function opened(client: ChatClient, id = "c"): Promise<ConversationHandle> {
  const conversation = client.conversation(id);
  conversation.open();
  await pass(100);
  return conversation;
}

const shown = (conversation: ConversationHandle): readonly (readonly [string, string])[] =>
  conversation.messages.get().items.map(({ content, state }) => [content, state] as const);

const listed = (id: string, more: Partial<Conversation> = {}): Conversation => ({
  id,
  ...OF_TWO,
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
  mentionCount: 0,
  lastSeq: 1,
  readSeq: 1,
  lastRev: 0,
  pinned: false,
  archived: false,
  mutedUntil: null,
  ...more,
});

test("1: a resent message leaves no failed copy standing", async () => {
  server.answers = ({ action, id }) =>
    action === "send_message" ? { type: "error", id, code: "FORBIDDEN", message: "No." } : undefined;
  const conversation = await opened(await online());
  const { key } = conversation.send({ content: "hello" });
  await pass(100);
  expect(conversation.messages.get().items[0]).toMatchObject({
    state: "failed",
    error: { code: "FORBIDDEN" },
  });
  server.answers = () => undefined;
  conversation.retry(key);
  await pass(100);
  expect(conversation.messages.get().items).toMatchObject([{ content: "hello", state: "sent", key }]);
});

test("2: no duplicates after a resend", async () => {
  const conversation = await opened(await online());
  let tries: unknown[] = [];
  server.answers = (frame, socket) => {
    if (frame.action !== "send_message") return undefined;
    const { id: _, ...fields } = frame;
    tries.push(fields);
    if (tries.length > 1) return undefined;
    // Stored, and cut before the ack.
    server.append("c", "alice", "hello", String(frame["clientMessageId"]));
    socket.cut();
    return null;
  };
  const told: number[] = [];
  clients[0]!.on("new_message", ({ message }) => told.push(message.seq));
  const { key } = conversation.send({ content: "hello" });
  await pass(20 * SECOND);
  expect(tries).toHaveLength(2);
  expect(tries[0]).toEqual(tries[1]);
  expect(conversation.messages.get().items).toMatchObject([{ seq: 1, state: "sent", key }]);
  expect(told).toEqual([1]);
  tries = [];
  await pass(60 * SECOND);
  expect(tries).toEqual([]);
});

test("2: a repeat goes from where its first try went, whatever has come since", async () => {
  const conversation = await opened(await online());
  const tries: unknown[] = [];
  server.answers = ({ action, id, afterSeq, clientMessageId }) => {
    if (action !== "send_message" || tries.push([afterSeq, clientMessageId]) > 1) return undefined;
    return { type: "error", id, code: "INTERNAL", message: "Broken." };
  };
  conversation.send({ content: "hello" });
  await pass(1);
  server.last().receive({ type: "new_message", message: server.append("c", "bob", "meanwhile") });
  await pass(20 * SECOND);
  expect(tries).toHaveLength(2);
  expect(tries[1]).toEqual(tries[0]);
});

describe("3: not deaf after an outage of ten seconds", () => {
  test("what came meanwhile is told once, what comes later too", async () => {
    const client = await online();
    const conversation = await opened(client);
    const told: string[] = [];
    client.on("new_message", ({ message }) => told.push(message.content));
    server.isUp = false;
    server.last().cut();
    server.append("c", "bob", "meanwhile");
    await pass(10 * SECOND);
    expect(client.connection.get().state).not.toBe("online");
    server.isUp = true;
    await pass(30 * SECOND);
    // Without a word from the server: nobody tells of what was missed.
    expect(told).toEqual(["meanwhile"]);
    server.last().receive({ type: "new_message", message: server.append("c", "bob", "later") });
    await pass(SECOND);
    expect(told).toEqual(["meanwhile", "later"]);
    expect(shown(conversation)).toEqual([
      ["meanwhile", "sent"],
      ["later", "sent"],
    ]);
  });

  test("a join that fails is tried again", async () => {
    const client = await online();
    await opened(client);
    let failures = 3;
    server.answers = ({ action, id }) =>
      action === "join_conversation" && failures-- > 0
        ? { type: "error", id, code: "INTERNAL", message: "Broken." }
        : undefined;
    server.last().cut();
    await pass(60 * SECOND);
    const joins = server.last().sent.filter(({ action }) => action === "join_conversation");
    expect(joins).toHaveLength(4);
  });
});

test("4: more than 30 conversations are fresh after a reconnect", async () => {
  let unreadCount = 0;
  server.http = (path) => {
    if (!path.startsWith("/api/conversations?")) return undefined;
    const query = new URL(path, "http://server.test").searchParams;
    const from = Number(query.get("cursor") ?? 0);
    const to = from + Number(query.get("limit"));
    const all = Array.from({ length: 120 }, (_, index) => listed(`c${index}`, { unreadCount, lastSeq: 9 }));
    return {
      status: 200,
      body: { conversations: all.slice(from, to), nextCursor: to < 120 ? String(to) : null },
    };
  };
  const client = await online();
  for (let more = 0; more < 5; more += 1) await client.conversations.loadMore();
  expect(client.conversations.get().items).toHaveLength(120);
  unreadCount = 7;
  const whole = server.http;
  let refusals = 1;
  server.http = (path, sent) =>
    path.startsWith("/api/conversations?") && refusals-- > 0
      ? { status: 429, body: { code: "RATE_LIMITED", message: "Slower." }, headers: { "retry-after": "2" } }
      : whole(path, sent);
  server.last().cut();
  await pass(30 * SECOND);
  const { items, error } = client.conversations.get();
  expect(error).toBeNull();
  expect(items).toHaveLength(120);
  expect(items.every((item) => item.unreadCount === 7)).toBe(true);
});

describe("5: reconnects do not run into rate limits", () => {
  test("a thousand clients come back at no more than 500 a second", async () => {
    const { random } = Math;
    const all = Array.from({ length: 1_000 }, () => clientOf({ random }));
    const connected = Promise.all(all.map((client) => client.connect()));
    // Long enough that they were not lost at once.
    await pass(6 * SECOND);
    await connected;
    server.opened.length = 0;
    for (const socket of server.open) socket.cut();
    await pass(8 * SECOND);
    expect(all.every((client) => client.connection.get().state === "online")).toBe(true);
    expect(perSecond(server.opened)).toBeLessThanOrEqual(500);
  });

  test("a list that is refused is asked for again when the server has said, not before", async () => {
    const asked: number[] = [];
    server.http = (path) => {
      if (!path.startsWith("/api/conversations?")) return undefined;
      asked.push(Date.now());
      if (asked.length > 1) return undefined;
      return { status: 429, body: { code: "RATE_LIMITED", message: "S." }, headers: { "retry-after": "20" } };
    };
    await online();
    await pass(60 * SECOND);
    expect(asked).toHaveLength(2);
    expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(20 * SECOND);
  });
});

describe("6: a half-open socket is not taken for a connection", () => {
  const silent = (): null => null;

  test("the heartbeat finds it", async () => {
    await online();
    server.answers = silent;
    await pass(4 * 60 * SECOND);
    expect(server.sockets).toHaveLength(1);
    await pass(15 * SECOND);
    expect(server.sockets.length).toBeGreaterThan(1);
  });

  test("a send without an answer finds it in twenty seconds, and goes out", async () => {
    const conversation = await opened(await online());
    const [first] = server.sockets;
    server.answers = (_, socket) => (socket === first ? null : undefined);
    conversation.send({ content: "hello" });
    await pass(30 * SECOND);
    expect(shown(conversation)).toEqual([["hello", "sent"]]);
  });

  test("several looks at once do not kill one that answers", async () => {
    const client = await online();
    const wake = vi.fn();
    vi.stubGlobal("addEventListener", wake);
    const woken = clientOf();
    const connected = woken.connect();
    await pass(100);
    await connected;
    for (const [, listener] of wake.mock.calls as [string, () => void][]) listener();
    await pass(60 * SECOND);
    expect(client.connection.get().state).toBe("online");
    expect(server.sockets).toHaveLength(2);
  });
});

test("7: nobody stays a ghost for minutes", async () => {
  let there = { online: true, lastSeenAt: null as string | null, version: 4 };
  server.http = (path) =>
    path.startsWith("/api/presence")
      ? { status: 200, body: { presence: [{ userId: "bob", ...there }] } }
      : undefined;
  const client = await online();
  const presence = client.presence(["bob"]);
  await pass(100);
  expect(presence.get().get("bob")?.online).toBe(true);
  there = { online: false, lastSeenAt: "2026-01-01T00:00:00.000Z", version: 5 };
  server.last().cut();
  await pass(10 * SECOND);
  expect(presence.get().get("bob")).toEqual(there);
  // A late event of before is stale.
  server.last().receive({ type: "user_online", userId: "bob", at: "", version: 4 });
  expect(presence.get().get("bob")?.online).toBe(false);
});

test("8: no errors after sleep", async () => {
  const client = await online({ getToken: () => token("alice", { lives: 600 }) });
  const conversation = await opened(client);
  const [first] = server.sockets;
  // While it slept no timer ran, its token ended, and the server forgot its socket without a word.
  vi.setSystemTime(Date.now() + 3 * 3600 * SECOND);
  server.answers = (frame, socket) =>
    socket === first && frame.action !== "ping"
      ? { type: "error", id: frame.id, code: "UNAUTHORIZED", message: "The token has expired." }
      : undefined;
  conversation.send({ content: "good morning" });
  await pass(30 * SECOND);
  expect(shown(conversation)).toEqual([["good morning", "sent"]]);
  expect(conversation.messages.get().error).toBeNull();
  expect(client.connection.get().state).toBe("online");
});

test("8: what has slept looks at once whether its socket lives", async () => {
  const client = await online();
  server.answers = () => null;
  const [first] = server.sockets;
  vi.setSystemTime(Date.now() + 3600 * SECOND);
  await pass(30 * SECOND);
  expect(first?.readyState).toBe(3);
  expect(server.last()).not.toBe(first);
  expect(client.connection.get().state).toBe("online");
});

test("9: what comes is counted by the server alone", async () => {
  const item = listed("c", { lastSeq: 0, readSeq: 0, unreadCount: 0 });
  server.http = (path) =>
    path.startsWith("/api/conversations?")
      ? { status: 200, body: { conversations: [item], nextCursor: null } }
      : undefined;
  server.answers = ({ action, id }) =>
    action === "mark_read"
      ? { type: "ack", id, action, data: { readSeq: 0, readAt: null, unreadCount: 41 } }
      : undefined;
  const client = await online();
  await opened(client);
  server.last().receive({ type: "new_message", message: server.append("c", "bob", "hello") });
  await pass(SECOND);
  expect(client.conversations.get().items[0]).toMatchObject({ unreadCount: 41, lastSeq: 1 });
});

test("9: unread does not get stuck", async () => {
  const item = listed("c", { lastSeq: 3, readSeq: 0, unreadCount: 3 });
  for (let seq = 1; seq <= 3; seq += 1) server.append("c", "bob", String(seq));
  server.http = (path) =>
    path.startsWith("/api/conversations?")
      ? { status: 200, body: { conversations: [item], nextCursor: null } }
      : undefined;
  server.answers = ({ action, id }) =>
    action === "mark_read"
      ? { type: "ack", id, action, data: { readSeq: 3, readAt: null, unreadCount: 0 } }
      : undefined;
  const client = await online();
  const conversation = await opened(client);
  expect(client.conversations.get().items[0]?.unreadCount).toBe(3);
  const reading = conversation.markRead();
  expect(client.conversations.get().items[0]?.unreadCount).toBe(0);
  await pass(100);
  await reading;
  // An event from before the reading comes late; the server is asked, and nothing is counted.
  server.last().receive({
    type: "conversation_updated",
    conversationId: "c",
    lastMessage: null,
    lastMessageAt: "2026-01-01T00:00:00.000Z",
    unreadCount: 3,
    lastSeq: 3,
  });
  await pass(SECOND);
  expect(client.conversations.get().items[0]?.unreadCount).toBe(0);
});

test("10: the local order is right while sends are slow", async () => {
  const conversation = await opened(await online());
  const held: (() => void)[] = [];
  server.answers = (frame, socket) => {
    if (frame.action !== "send_message") return undefined;
    held.push(() => {
      const { content, clientMessageId } = frame as unknown as { content: string; clientMessageId: string };
      const message = server.append("c", "alice", content, clientMessageId);
      socket.receive({
        type: "ack",
        id: frame.id,
        action: frame.action,
        data: { message, duplicate: false },
      });
    });
    return null;
  };
  const keys = ["a", "b", "c"].map((content) => conversation.send({ content }).key);
  const orders = new Set<string>();
  conversation.messages.subscribe(() => {
    const own = conversation.messages.get().items.filter(({ key }) => keys.includes(key));
    orders.add(own.map(({ content }) => content).join(""));
  });
  await pass(100);
  // Two of bob's come before the first ack, and their events never.
  server.append("c", "bob", "x");
  for (let sends = 0; sends < 3; sends += 1) {
    held.shift()?.();
    await pass(SECOND);
  }
  expect([...orders]).toEqual(["abc"]);
  expect(shown(conversation).map(([content]) => content)).toEqual(["x", "a", "b", "c"]);
  expect(
    conversation.messages
      .get()
      .items.slice(1)
      .map(({ key }) => key),
  ).toEqual(keys);
});

test("11: tokens are asked for one at a time, and once", async () => {
  let [asked, atOnce, most] = [0, 0, 0];
  const getToken = async (): Promise<string> => {
    asked += 1;
    most = Math.max(most, (atOnce += 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    atOnce -= 1;
    return token("alice");
  };
  const client = clientOf({ getToken });
  const connected = client.connect();
  const found = Promise.all(Array.from({ length: 50 }, (_, index) => client.findUser(`u${index}`)));
  await pass(SECOND);
  await connected;
  await found;
  expect(asked).toBe(1);
  // The server refuses it everywhere at once.
  const refused = new Set([1]);
  server.http = () => (refused.has(asked) ? { status: 401, body: { message: "Unauthorized" } } : undefined);
  const again = Promise.all(Array.from({ length: 50 }, (_, index) => client.findUser(`u${index}`)));
  await pass(SECOND);
  await again;
  expect([asked, most]).toEqual([2, 1]);
});

test("12: log-out leaves nothing behind", async () => {
  const storage = memoryStorage();
  let asked = 0;
  const getToken = (): string => {
    asked += 1;
    return token("alice");
  };
  const client = await online({ storage, getToken });
  const conversation = await opened(client);
  server.answers = ({ action }) => (action === "send_message" ? null : undefined);
  conversation.send({ content: "never" });
  conversation.setTyping(true);
  await pass(SECOND);
  expect(await storage.keys()).not.toEqual([]);
  const leaving = client.signOut();
  await pass(SECOND);
  await leaving;
  const before = asked;
  await pass(600 * SECOND);
  expect(await storage.keys()).toEqual([]);
  expect(server.open).toEqual([]);
  expect([asked, server.sockets.length]).toEqual([before, 1]);
  expect(client.me.get()).toBeNull();
  expect(client.connection.get().state).toBe("closed");
  expect(vi.getTimerCount()).toBe(0);
});

test("14: the bundle stays small", { timeout: 60_000 }, async () => {
  vi.useRealTimers();
  const { code } = await bundle("index.js");
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(12 * 1_024);
});

test("15: two tabs send one queue once", async () => {
  vi.useRealTimers();
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  const storage: ChatStorage = { ...memoryStorage(), name: `tabs-${crypto.randomUUID()}` };
  const [one, two] = [clientOf({ storage }), clientOf({ storage })];
  await one.connect();
  await two.connect();
  const handles = [one, two].map((client) => client.conversation("c"));
  for (let index = 0; index < 10; index += 1) {
    for (const [tab, handle] of handles.entries()) handle.send({ content: `${tab} ${index}` });
  }
  const isSent = ({ messages }: ConversationHandle): boolean =>
    messages.get().items.length > 0 && messages.get().items.every(({ state }) => state === "sent");
  await eventually(() => handles.every(isSent) || undefined, "everything sent");
  const sends = server.sockets.map(
    ({ sent }) => sent.filter(({ action }) => action === "send_message").length,
  );
  expect(sends.sort((a, b) => a - b)).toEqual([0, 20]);
  expect(server.logs.get("c")).toHaveLength(20);
  // The tab that sends is closed: the other one takes over.
  await one.close();
  handles[1]!.send({ content: "after" });
  await eventually(() => server.logs.get("c")!.length === 21 || undefined, "what the other tab sends");
});

function perSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(...sorted.map((at) => sorted.filter((time) => time >= at && time < at + SECOND).length));
}
