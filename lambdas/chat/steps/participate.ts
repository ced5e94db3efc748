import type { Caller, Chat } from "../chat.ts";
import { couldBeConversationId } from "../model/ids.ts";
import type { Head } from "../model/records.ts";
import { noSuchConversation, notAParticipant } from "../model/refusal.ts";
import { isMember } from "../model/standing.ts";
import type { Participation, Standing } from "../model/standing.ts";
import type { Consistency } from "../ports.ts";

/** How old a head may be that says whether one has blocked the other: 10 s less what a replica may lag behind. */
const RECENT_MS = 8_000;

/**
 * The conversation, if the caller takes part in it. `remembered` may answer with a head of any age: the
 * participants of a pair never change, the rest is to be checked by a condition; `recent` is at most 10 s old, which is
 * as long as a block may take to be heard of. Who belongs to a group is never remembered: the caller's own item is
 * read, strongly and after the head, which covers a removal only once the item says so. What an answer shows up to that
 * head is therefore from before any removal.
 *
 * @throws Refusal `NOT_FOUND`, `FORBIDDEN`
 */
export async function participate(
  chat: Chat,
  { userId }: Caller,
  conversationId: string,
  consistency: Consistency | "remembered" | "recent",
): Promise<Participation> {
  const head = await findConversation(chat, conversationId, consistency);
  return { head, standing: await stand(chat, head, userId) };
}

/**
 * The conversation, whoever asks: for what only an admin may.
 *
 * @throws Refusal `NOT_FOUND`
 */
export async function findConversation(
  chat: Chat,
  conversationId: string,
  consistency: Consistency | "remembered" | "recent",
): Promise<Head> {
  if (!couldBeConversationId(conversationId)) throw noSuchConversation();
  const head = await loadHead(chat, conversationId, consistency);
  if (!head) throw noSuchConversation();
  return head;
}

/**
 * The same once what an answer shows has been read: whoever was removed meanwhile is told nothing that was stored
 * since, a change of an old message included. In a pair it costs nothing.
 *
 * @throws Refusal `FORBIDDEN`
 */
export const stillParticipate = async (
  chat: Chat,
  { userId }: Caller,
  { head, standing }: Participation,
): Promise<Participation> => ({
  head,
  standing: head.group ? await stand(chat, head, userId) : standing,
});

async function stand(chat: Chat, { id, group, participants }: Head, userId: string): Promise<Standing> {
  const standing = group
    ? await chat.members.get(id, userId)
    : participants.find((participant) => participant.id === userId);
  if (!standing || (isMember(standing) && standing.role === null)) throw notAParticipant();
  return standing;
}

async function loadHead(
  chat: Chat,
  conversationId: string,
  consistency: Consistency | "remembered" | "recent",
): Promise<Head | null> {
  const remembered = chat.memory.heads.get(conversationId);
  if (remembered && (consistency === "remembered" || consistency === "recent")) {
    const age = chat.clock.now() - (chat.memory.headTimes.get(conversationId) ?? -Infinity);
    if (consistency === "remembered" || age <= RECENT_MS) return remembered;
  }
  // Once it has been seen, what a replica lacks of it is a moment's.
  const mayLag = consistency === "eventual" || (consistency === "recent" && remembered);
  const head = await chat.heads.get(conversationId, mayLag ? "eventual" : "strong");
  // A conversation created a moment ago may be missing from an eventually consistent read.
  const found = head ?? (mayLag ? await chat.heads.get(conversationId, "strong") : null);
  if (found) remember(chat, found);
  return found;
}

/** Keeps the newest head seen, which was read or written just now. */
export function remember(chat: Chat, head: Head): void {
  const remembered = chat.memory.heads.get(head.id);
  if (remembered === head) return;
  const isNewer = !remembered || (remembered.lastSeq <= head.lastSeq && remembered.lastRev <= head.lastRev);
  if (!isNewer) return;
  chat.memory.heads.set(head.id, head);
  chat.memory.headTimes.set(head.id, chat.clock.now());
}
