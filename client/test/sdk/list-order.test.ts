import { expect, test } from "vitest";
import { Http } from "../../sdk/connection/http.ts";
import { Tokens } from "../../sdk/connection/tokens.ts";
import { ConversationList } from "../../sdk/conversations/conversation-list.ts";
import { SILENT } from "../../sdk/environment.ts";
import type { Environment } from "../../sdk/environment.ts";
import { onDemand as makeOnDemand } from "../../sdk/on-demand/on-demand.ts";
import type { OnDemandParts } from "../../sdk/on-demand/on-demand-parts.ts";
import { Loader } from "../../sdk/loader.ts";
import { People } from "../../sdk/people.ts";
import { memoryStorage } from "../../sdk/storage/chat-storage.ts";
import type { Conversation } from "../../index.ts";
import { OF_TWO } from "../../../lambdas/protocol/objects.ts";
import { token } from "./fakes.ts";

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const conversation = (id: string, minute: number | null, lastSeq = 1): Conversation => ({
  id,
  ...OF_TWO,
  otherParticipant: {
    id: "bob",
    name: "bob",
    displayName: "Bob",
    avatarUrl: null,
    online: false,
    lastSeenAt: null,
    version: 0,
  },
  lastMessage: null,
  lastMessageAt: minute === null ? null : at(minute),
  unreadCount: 0,
  mentionCount: 0,
  lastSeq,
  readSeq: 0,
  lastRev: 0,
  pinned: false,
  archived: false,
  mutedUntil: null,
});

/** Nothing is on its way, and there is no connection. */
const nobody = { subscribe: () => undefined };
const nothing = { outbox: { of: () => [] }, connection: { state: nobody }, list: { store: nobody } };

async function listOf(...conversations: readonly Conversation[]) {
  const environment: Environment = {
    httpUrl: "http://server.test",
    wsUrl: "",
    WebSocket: class {} as never,
    fetch: () => Promise.resolve(new Response(JSON.stringify({ conversations, nextCursor: null }))),
    logger: SILENT,
    random: Math.random,
    now: Date.now,
  };
  const http = new Http(
    environment,
    new Tokens(
      () => token("alice"),
      Date.now,
      () => Promise.resolve(),
    ),
  );
  const people = new People(environment, http);
  const onDemand = new Loader(() =>
    Promise.resolve(makeOnDemand({ ...nothing, http, people } as unknown as OnDemandParts)),
  );
  const list = new ConversationList(environment, memoryStorage(), people, onDemand);
  await list.refresh();
  return { list, ids: () => list.store.get().items.map(({ id }) => id) };
}

// The server puts one without messages where it was begun, and that time it does not tell.
const SERVED = [conversation("a", 9), conversation("empty", null, 0), conversation("b", 5)] as const;

test("keeps the server's order, also around a conversation without messages", async () => {
  const { list, ids } = await listOf(...SERVED);
  expect(ids()).toEqual(["a", "empty", "b"]);
  list.put({ ...SERVED[2], unreadCount: 3 });
  list.put({ ...SERVED[1], readSeq: 0 });
  expect(ids()).toEqual(["a", "empty", "b"]);
});

test("puts what has just spoken first, also past a conversation without messages", async () => {
  const { list, ids } = await listOf(...SERVED);
  list.put(conversation("b", 12, 2));
  expect(ids()).toEqual(["b", "a", "empty"]);
  list.put(conversation("new", 10));
  expect(ids()).toEqual(["b", "new", "a", "empty"]);
  list.put(conversation("begun", null, 0));
  expect(ids()).toEqual(["begun", "b", "new", "a", "empty"]);
});

test("keeps what an event has told while the server's older answer was on its way", async () => {
  const { list, ids } = await listOf(...SERVED);
  list.put(conversation("b", 12, 2));
  await list.refresh();
  expect(ids()).toEqual(["b", "a", "empty"]);
});
