import { MAX_SYNC_BYTES } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/objects.ts";
import type { AckData } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { participate } from "../steps/participate.ts";
import { presentMessages } from "../steps/present-messages.ts";

/**
 * Catch-up: everything stored after `afterSeq`, oldest first, strongly consistent.
 *
 * @throws Refusal `NOT_FOUND`, `FORBIDDEN`
 */
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
    presentMessages(chat, head, found.slice(0, limit)),
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

/** As many as fit, but never none: a client that pages must get on. */
function upToBytes(messages: readonly Message[], maxBytes: number): readonly Message[] {
  let bytes = 0;
  const end = messages.findIndex((message, index) => {
    bytes += Buffer.byteLength(JSON.stringify(message)) + 1;
    return index > 0 && bytes > maxBytes;
  });
  return end === -1 ? messages : messages.slice(0, end);
}
