import { setTimeout as pause } from "node:timers/promises";
import type {
  Conversation,
  Member,
  Message,
  Presence,
  ReadPosition,
} from "../../lambdas/protocol/objects.ts";
import type { Person } from "./person.ts";
import type { Reply } from "./reply.ts";
import type { Action } from "./history.ts";
import type { Journal, ReadAttempt } from "./journal.ts";
import { marked } from "./observed-socket.ts";

export const READ_TRIES = 4;

interface HistoryPage {
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
  readonly nextBefore: string | null;
}

/** Reads the newest page over HTTP, again if need be. */
export async function readHistory(
  journal: Journal,
  person: Person,
  conversationId: string,
  { limit, markRead }: Extract<Action, { type: "history" }>,
): Promise<void> {
  const path = `/api/conversations/${conversationId}/messages?limit=${limit}${markRead ? "" : "&markRead=false"}`;
  for (let tries = 0; tries < READ_TRIES; tries += 1) {
    const askedAt = journal.tick();
    const attempt: ReadAttempt = {
      userId: person.id,
      conversationId,
      seq: null,
      beganAt: askedAt,
      answer: null,
    };
    if (markRead) journal.reads.push(attempt);
    const reply = await person.call<HistoryPage>("GET", path);
    if (reply.type === "answer") {
      const at = journal.tick();
      const { messages } = reply.data;
      attempt.answer = { at, readSeq: messages.at(-1)?.seq ?? 0 };
      for (const message of messages) journal.saw({ to: person.id, at, askedAt, source: "history", message });
      return;
    }
    await pause(50);
  }
}

/** Moves the read position over HTTP, again if need be. */
export async function markReadOverHttp(
  journal: Journal,
  person: Person,
  conversationId: string,
  seq: number,
): Promise<void> {
  for (let tries = 0; tries < READ_TRIES; tries += 1) {
    const beganAt = journal.tick();
    const attempt: ReadAttempt = { userId: person.id, conversationId, seq, beganAt, answer: null };
    journal.reads.push(attempt);
    const path = `/api/conversations/${conversationId}/read`;
    const reply = await person.call<ReadPosition>("POST", path, { seq });
    if (reply.type === "answer") return marked(journal, attempt, reply.data);
    await pause(50);
  }
}

/** Every page of the user's list, two conversations each; null where a page was not answered. */
export async function listOf(journal: Journal, person: Person): Promise<readonly Conversation[] | null> {
  const askedAt = journal.tick();
  const conversations: Conversation[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `/api/conversations?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`;
    const reply = await person.call<{ conversations: Conversation[]; nextCursor: string | null }>(
      "GET",
      path,
    );
    if (reply.type !== "answer") return null;
    conversations.push(...reply.data.conversations);
    cursor = reply.data.nextCursor;
  } while (cursor !== null);
  journal.lists.push({ userId: person.id, askedAt, conversations });
  return conversations;
}

/** The pinned messages; null where it was not answered. */
export async function pinsOf(person: Person, conversationId: string): Promise<readonly Message[] | null> {
  const path = `/api/conversations/${conversationId}/pins`;
  const reply = await person.call<{ readonly messages: readonly Message[] }>("GET", path);
  return reply.type === "answer" ? reply.data.messages : null;
}

/** Everybody in a group; null where a page was not answered. */
export async function membersOf(person: Person, conversationId: string): Promise<readonly Member[] | null> {
  const members: Member[] = [];
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? "" : `&cursor=${cursor}`;
    const path = `/api/conversations/${conversationId}/members?limit=10${from}`;
    const reply = await person.call<{ members: Member[]; nextCursor: string | null }>("GET", path);
    if (reply.type !== "answer") return null;
    members.push(...reply.data.members);
    cursor = reply.data.nextCursor;
  } while (cursor !== null);
  return members;
}

/** With which code somebody is refused a conversation's messages, or that they are not; null: no answer. */
export async function refusalOf(person: Person, conversationId: string): Promise<string | null> {
  const reply = await person.call(
    "GET",
    `/api/conversations/${conversationId}/messages?limit=1&markRead=false`,
  );
  return reply.type === "refused" ? reply.code : reply.type === "answer" ? "with messages" : null;
}

/** The whole history over HTTP without marking it, page by page backwards; null where a page was not answered. */
export async function wholeHistory(
  person: Person,
  conversationId: string,
  limit: number,
): Promise<readonly Message[] | null> {
  let messages: readonly Message[] = [];
  let before: string | null = null;
  do {
    const from: string = before === null ? "" : `&before=${before}`;
    const path: string = `/api/conversations/${conversationId}/messages?limit=${limit}&markRead=false${from}`;
    const reply = await person.call<HistoryPage>("GET", path);
    if (reply.type !== "answer") return null;
    messages = [...reply.data.messages, ...messages];
    before = reply.data.hasMore ? reply.data.nextBefore : null;
  } while (before !== null);
  return messages;
}

export const presenceOf = (
  person: Person,
  userIds: readonly string[],
): Promise<Reply<{ readonly presence: readonly ({ readonly userId: string } & Presence)[] }>> =>
  person.call("GET", `/api/presence?userIds=${userIds.map(encodeURIComponent).join(",")}`);

export async function askPresence(journal: Journal, person: Person, peers: readonly string[]): Promise<void> {
  const askedAt = journal.tick();
  const reply = await presenceOf(person, peers);
  if (reply.type !== "answer") return;
  const at = journal.tick();
  for (const { userId, ...presence } of reply.data.presence) {
    journal.presences.push({ askedAt, at, userId, presence });
  }
}
