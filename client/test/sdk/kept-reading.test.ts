import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStorage } from "../../index.ts";
import type { ChatClient, ChatStorage, Conversation } from "../../index.ts";
import { FakeServer, type FakeAnswer } from "./fakes.ts";

/** A read position that was shown, and that the server never heard of before its client ended. */

const SECOND = 1_000;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

let server: FakeServer;
let storage: ChatStorage;
const clients: ChatClient[] = [];
/** What the server has read of it. */
let readSeq: number;
let isRefusing: boolean;
const listed = (): Conversation =>
  ({
    ...{ id: "c", kind: "direct", lastMessage: null, lastMessageAt: "2026-01-01T00:00:00.000Z" },
    otherParticipant: { id: "bob", name: "bob", displayName: "bob", avatarUrl: null, online: false },
    ...{ unreadCount: 3 - readSeq, mentionCount: 0, lastSeq: 3, readSeq, lastRev: 0 },
  }) as unknown as Conversation;

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  storage = memoryStorage();
  [readSeq, isRefusing] = [0, false];
  for (const content of ["one", "two", "three"]) server.append("c", "bob", content);
  server.http = (path): FakeAnswer | undefined =>
    path.startsWith("/api/conversations?")
      ? { status: 200, body: { conversations: [listed()], nextCursor: null } }
      : undefined;
  server.answers = ({ action, id, ...frame }) => {
    if (action !== "mark_read") return undefined;
    if (isRefusing) return { type: "error", id, action, code: "FORBIDDEN", message: "No." };
    readSeq = Math.max(readSeq, Number(frame["seq"]));
    return { type: "ack", id, action, data: { readSeq, readAt: null, unreadCount: 3 - readSeq } };
  };
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  vi.useRealTimers();
});

/** Reads everything, and ends before the server hears of it. */
async function readsOffline(): Promise<void> {
  const client = server.client({ storage });
  clients.push(client);
  void client.connect();
  await pass(SECOND);
  server.answers = ((answers) => (frame, socket) =>
    frame.action === "mark_read" ? null : answers(frame, socket))(server.answers);
  client
    .conversation("c")
    .markRead(3)
    .catch(() => undefined);
  await pass(100);
  expect(client.conversations.get().items[0]).toMatchObject({ readSeq: 3, unreadCount: 0 });
  await client.close();
}

async function startsAgain(): Promise<ChatClient> {
  const client = server.client({ storage });
  clients.push(client);
  void client.connect();
  await pass(2 * SECOND);
  return client;
}

test("is told at the next start", async () => {
  const { answers } = server;
  await readsOffline();
  expect(readSeq).toBe(0);
  server.answers = answers;
  const client = await startsAgain();
  expect(readSeq).toBe(3);
  expect(client.conversations.get().items[0]).toMatchObject({ readSeq: 3, unreadCount: 0 });
});

test("is taken back where it is refused then", async () => {
  const { answers } = server;
  await readsOffline();
  server.answers = answers;
  isRefusing = true;
  const client = await startsAgain();
  expect(client.conversations.get().items[0]).toMatchObject({ readSeq: 0, unreadCount: 3 });
});
