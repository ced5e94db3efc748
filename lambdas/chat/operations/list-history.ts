import type { HistoryPage } from "../../protocol/http-answers.ts";
import type { HistoryRequest } from "../../protocol/http-requests.ts";
import type { Caller, Chat } from "../chat.ts";
import { couldBeConversationId, seqOfMessageId } from "../model/ids.ts";
import { weightOf } from "../model/reading-weight.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { noSuchConversation, Refusal } from "../model/refusal.ts";
import type { Consistency } from "../ports.ts";
import { moveReadPosition } from "../steps/move-read-position.ts";
import { firstSeqOf } from "../model/standing.ts";
import type { Participation } from "../model/standing.ts";
import { participate, stillParticipate } from "../steps/participate.ts";
import { presentMessages } from "../steps/present-messages.ts";

/**
 * One page of the history, oldest first; reading it marks it as read unless told otherwise.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `INVALID_REQUEST` for a message id of no message of the conversation
 */
export async function listHistory(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  request: HistoryRequest,
): Promise<HistoryPage> {
  // What the head says is not known yet: a page of a conversation never met counts as one read.
  const largest = chat.memory.heads.get(conversationId)?.largest ?? 0;
  await chat.limits.reads.take(caller.userId, weightOf(request.limit, largest));
  if (!couldBeConversationId(conversationId)) throw noSuchConversation();
  const { from } = request;
  const seq = from && seqOfMessageId(from.messageId, conversationId);
  const reading = { direction: from?.direction ?? "before", seq, limit: request.limit } as const;
  // Nothing has changed as far as is known here: then any replica will do.
  const known = chat.memory.heads.get(conversationId);
  const isAsked = !from || seq !== null;
  const [participation, found] = await Promise.all([
    participate(chat, caller, conversationId, "eventual"),
    isAsked && !known?.group
      ? readPage(chat, conversationId, reading, (known?.lastRev ?? 0) === 0 ? "eventual" : "strong")
      : null,
  ]);
  if (!isAsked)
    throw new Refusal(
      "INVALID_REQUEST",
      `${from.direction} must be the id of a message of this conversation.`,
    );
  const { head } = participation;
  const { page, ...current } = head.group
    ? await readGroup(chat, caller, participation, reading)
    : { ...participation, page: await fresh(chat, head, reading, found!, known?.lastRev ?? 0) };

  const newest = page.messages.at(-1)?.seq ?? 0;
  const marked = request.markRead ? await moveReadPosition(chat, caller, current, newest) : current;
  const messages = await presentMessages(
    chat,
    marked.head,
    page.messages,
    firstSeqOf(head, current.standing),
  );
  const first = messages[0];
  const last = messages.at(-1);
  return {
    messages,
    hasMore: page.hasMore,
    nextBefore: first && first.seq > firstSeqOf(head, current.standing) ? first.id : null,
    lastRev: head.lastRev,
    nextAfter: from?.direction === "after" && page.hasMore && last ? last.id : null,
  };
}

interface Reading {
  readonly direction: "before" | "after";
  /** Exclusive; null: from the end. */
  readonly seq: number | null;
  readonly limit: number;
}

interface Page {
  readonly messages: readonly MessageRecord[];
  readonly hasMore: boolean;
}

/** The answer's lastRev promises all changes up to it: those that were not known before may be missing. */
const fresh = async (
  chat: Chat,
  { id, lastRev }: Head,
  reading: Reading,
  found: Page,
  knownRev: number,
): Promise<Page> => (lastRev > knownRev ? readPage(chat, id, reading, "strong") : found);

/** Of a group one sees what lies between one's first message and the end of the head that was read before. */
async function readGroup(
  chat: Chat,
  caller: Caller,
  { head, standing }: Participation,
  reading: Reading,
): Promise<Participation & { readonly page: Page }> {
  const consistency = head.lastRev === 0 ? "eventual" : "strong";
  const isBefore = reading.direction === "before";
  const seq = isBefore
    ? Math.min(reading.seq ?? Infinity, head.lastSeq + 1)
    : Math.max(reading.seq ?? 0, firstSeqOf(head, standing) - 1);
  const page = await readPage(chat, head.id, { ...reading, seq }, consistency);
  const current = await stillParticipate(chat, caller, { head, standing });
  const firstSeq = firstSeqOf(head, current.standing);
  const messages = page.messages.filter((message) => message.seq >= firstSeq && message.seq <= head.lastSeq);
  const last = messages.at(-1)?.seq ?? seq;
  const hasMore = isBefore ? (messages[0]?.seq ?? firstSeq) > firstSeq : last < head.lastSeq;
  return { ...current, page: { messages, hasMore } };
}

async function readPage(
  chat: Chat,
  conversationId: string,
  { direction, seq, limit }: Reading,
  consistency: Consistency,
): Promise<Page> {
  if (direction === "after") {
    const found = await chat.messages.listAfter(conversationId, seq ?? 0, limit + 1, consistency);
    return { messages: found.slice(0, limit), hasMore: found.length > limit };
  }
  const newestFirst = await chat.messages.listBefore(conversationId, seq, limit, consistency);
  const messages = newestFirst.toReversed();
  // The log has no holes: there is more exactly if the page does not begin with the first message.
  return { messages, hasMore: (messages[0]?.seq ?? 1) > 1 };
}
