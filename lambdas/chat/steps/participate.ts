import type { Caller, Chat } from "../chat.ts";
import { couldBeConversationId } from "../model/ids.ts";
import type { Head } from "../model/records.ts";
import { noSuchConversation, notAParticipant } from "../model/refusal.ts";
import type { Consistency } from "../ports.ts";

/**
 * The conversation, if the caller takes part in it. `remembered` may answer with a head of any age: the
 * participants of a pair never change, the rest is to be checked by a condition.
 *
 * @throws Refusal `NOT_FOUND`, `FORBIDDEN`
 */
export async function participate(
  chat: Chat,
  { userId }: Caller,
  conversationId: string,
  consistency: Consistency | "remembered",
): Promise<Head> {
  const head = await findConversation(chat, conversationId, consistency);
  if (!head.participants.some(({ id }) => id === userId)) throw notAParticipant();
  return head;
}

/**
 * The conversation, whoever asks: for what only an admin may.
 *
 * @throws Refusal `NOT_FOUND`
 */
export async function findConversation(
  chat: Chat,
  conversationId: string,
  consistency: Consistency | "remembered",
): Promise<Head> {
  if (!couldBeConversationId(conversationId)) throw noSuchConversation();
  const head = await loadHead(chat, conversationId, consistency);
  if (!head) throw noSuchConversation();
  return head;
}

async function loadHead(
  chat: Chat,
  conversationId: string,
  consistency: Consistency | "remembered",
): Promise<Head | null> {
  if (consistency === "remembered") {
    const remembered = chat.memory.heads.get(conversationId);
    if (remembered) return remembered;
  }
  const head = await chat.heads.get(conversationId, consistency === "eventual" ? "eventual" : "strong");
  // A conversation created a moment ago may be missing from an eventually consistent read.
  const found = head ?? (consistency === "eventual" ? await chat.heads.get(conversationId, "strong") : null);
  if (found) remember(chat, found);
  return found;
}

/** Keeps the newest head seen. */
export function remember(chat: Chat, head: Head): void {
  const remembered = chat.memory.heads.get(head.id);
  const isNewer = !remembered || (remembered.lastSeq <= head.lastSeq && remembered.lastRev <= head.lastRev);
  if (isNewer) chat.memory.heads.set(head.id, head);
}
