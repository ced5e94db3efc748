import { MAX_SYNC_BYTES } from "../../protocol/limits.ts";
import type { HistoryRequest } from "../../protocol/http-requests.ts";
import type { Message } from "../../protocol/objects.ts";
import type { AckData } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { couldBeConversationId, seqOfMessageId } from "../model/ids.ts";
import { moveReadPosition } from "./mark-read.ts";
import { participate } from "../steps/participate.ts";
import { loadReadTimes } from "../steps/load-read-times.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { noSuchConversation, Refusal } from "../model/refusal.ts";
import { toMessage, toUser, userIn } from "../model/views.ts";

/** Catch-up: everything stored after `afterSeq`, oldest first, strongly consistent. */
export async function syncMessages(
  chat: Chat,
  caller: Caller,
  request: { readonly conversationId: string; readonly afterSeq: number; readonly limit: number },
): Promise<AckData["sync"]> {
  const { afterSeq, limit } = request;
  const head = await participate(chat, caller, request.conversationId, "strong");
  // One more than asked for tells whether the page ends the log.
  const found = await chat.messages.listAfter(head.id, afterSeq, limit + 1, "strong");
  const [presented, lastSeq] = await Promise.all([
    present(chat, head, found.slice(0, limit)),
    lastSeqOf(chat, head, afterSeq, found, limit),
  ]);
  const messages = upToBytes(presented, MAX_SYNC_BYTES);
  return { messages, lastSeq, hasMore: messages.length < found.length };
}

/**
 * Of the log, which the head follows: a message may be stored, and shown by a `sync`, before its sender has
 * moved the head. Exact where the page ends the log; before that, what is there already when it is asked
 * from any replica, for half a unit, and all that was ever acked.
 */
async function lastSeqOf(
  chat: Chat,
  head: Head,
  afterSeq: number,
  found: readonly MessageRecord[],
  limit: number,
): Promise<number> {
  const newest = found.at(-1)?.seq ?? 0;
  const isKnown = found.length === 0 ? afterSeq <= head.lastSeq : found.length <= limit;
  if (isKnown) return Math.max(head.lastSeq, newest);
  const consistency = found.length === 0 ? "strong" : "eventual";
  const [last] = await chat.messages.listBefore(head.id, null, 1, consistency);
  return Math.max(head.lastSeq, newest, last?.seq ?? 0);
}

export interface HistoryPage {
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
  readonly nextBefore: string | null;
  readonly nextAfter: string | null;
}

/** One page of the history, oldest first; reading it marks it as read unless told otherwise. */
export async function listHistory(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  request: HistoryRequest,
): Promise<HistoryPage> {
  if (!couldBeConversationId(conversationId)) throw noSuchConversation();
  const { from, limit } = request;
  const seq = from && seqOfMessageId(from.messageId, conversationId);
  const [head, page] = await Promise.all([
    participate(chat, caller, conversationId, "eventual"),
    from && seq === null ? null : readPage(chat, conversationId, from?.direction ?? "before", seq, limit),
  ]);
  if (!page)
    throw new Refusal(
      "INVALID_REQUEST",
      `${from!.direction} must be the id of a message of this conversation.`,
    );

  const newest = page.messages.at(-1)?.seq ?? 0;
  const marked = request.markRead ? await moveReadPosition(chat, caller, head, newest) : head;
  const messages = await present(chat, marked, page.messages);
  const first = messages[0];
  const last = messages.at(-1);
  return {
    messages,
    hasMore: page.hasMore,
    nextBefore: first && first.seq > 1 ? first.id : null,
    nextAfter: from?.direction === "after" && page.hasMore && last ? last.id : null,
  };
}

async function readPage(
  chat: Chat,
  conversationId: string,
  direction: "before" | "after",
  seq: number | null,
  limit: number,
): Promise<{ readonly messages: readonly MessageRecord[]; readonly hasMore: boolean }> {
  if (direction === "after") {
    const found = await chat.messages.listAfter(conversationId, seq ?? 0, limit + 1, "eventual");
    return { messages: found.slice(0, limit), hasMore: found.length > limit };
  }
  const newestFirst = await chat.messages.listBefore(conversationId, seq, limit, "eventual");
  const messages = newestFirst.toReversed();
  // The log has no holes: there is more exactly if the page does not begin with the first message.
  return { messages, hasMore: (messages[0]?.seq ?? 1) > 1 };
}

async function present(
  chat: Chat,
  head: Head,
  messages: readonly MessageRecord[],
): Promise<readonly Message[]> {
  if (messages.length === 0) return [];
  const ids = head.participants.map(({ id }) => id);
  const [users, readAt] = await Promise.all([
    chat.users.getMany(ids, "eventual"),
    loadReadTimes(chat, head, messages),
  ]);
  const senders = new Map(ids.map((id) => [id, toUser(userIn(users, id))]));
  return messages.map((message) => toMessage(message, senders.get(message.senderId)!, readAt(message)));
}

/** As many as fit, but never none: a client that pages must get on. */
function upToBytes(messages: readonly Message[], maxBytes: number): readonly Message[] {
  let bytes = 0;
  const end = messages.findIndex((message, index) => {
    bytes += Buffer.byteLength(JSON.stringify(message)) + 1;
    return index > 0 && bytes > maxBytes;
  });
  return end === -1 ? messages : messages.slice(0, end);
}
