import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ChatClient, Presence } from "../../index.ts";
import { FakeServer } from "./fakes.ts";

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
let server: FakeServer;
let client: ChatClient;

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeServer();
  client = server.client({ random: () => 0.5 });
  void client.connect();
  await pass(100);
});
afterEach(async () => {
  await client.close();
  vi.useRealTimers();
});

test("an event that comes again after an answer of its version is not told again, and changes nothing", async () => {
  const told: number[] = [];
  client.on("user_online", ({ version }) => told.push(version));
  const online = { type: "user_online", userId: "bob", at: "2026-01-01T00:00:00.000Z", version: 5 };
  server.last().receive(online);
  // All leases have run out: offline, before the transition that says so.
  const gone: Presence = { online: false, lastSeenAt: "2026-01-01T00:00:09.000Z", version: 5 };
  server.http = (path) =>
    path.startsWith("/api/presence")
      ? { status: 200, body: { presence: [{ userId: "bob", ...gone }] } }
      : undefined;
  const presence = client.presence(["bob"]);
  await pass(100);
  expect(presence.get().get("bob")).toEqual(gone);
  server.last().receive(online);
  expect(told).toEqual([5]);
  expect(presence.get().get("bob")).toEqual(gone);
  server.last().receive({ ...online, version: 7 });
  expect(told).toEqual([5, 7]);
  expect(presence.get().get("bob")).toMatchObject({ online: true, version: 7 });
});

test("news of a conversation that is not in the list yet is told once, however often it comes", () => {
  const told: number[] = [];
  client.on("conversation_updated", ({ lastSeq }) => told.push(lastSeq));
  const lastMessage = server.append("new", "bob", "hello");
  const moved = (lastSeq: number): object => ({
    type: "conversation_updated",
    conversationId: "new",
    lastMessage: { ...lastMessage, seq: lastSeq, truncated: false },
    lastMessageAt: lastMessage.createdAt,
    unreadCount: lastSeq,
    lastSeq,
    lastRev: 0,
  });
  for (const lastSeq of [1, 1, 2, 1, 2]) server.last().receive(moved(lastSeq));
  expect(told).toEqual([1, 2]);
  expect(client.conversation("new").details.get()).toMatchObject({ lastSeq: 2, unreadCount: 2 });
  // Nobody's name is known: it is not listed before the list tells.
  expect(client.conversations.get().items).toEqual([]);
});
