import type { HistoryPage } from "../../protocol/http-answers.ts";
import type { HistoryRequest } from "../../protocol/http-requests.ts";
import type { Caller, Chat } from "../chat.ts";
import { couldBeConversationId, seqOfMessageId } from "../model/ids.ts";
import { weightOf } from "../model/reading-weight.ts";
import type { MessageRecord } from "../model/records.ts";
import { noSuchConversation, Refusal } from "../model/refusal.ts";
import type { Consistency } from "../ports.ts";
import { moveReadPosition } from "../steps/move-read-position.ts";
import { participate } from "../steps/participate.ts";
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
  const { from, limit } = request;
  const seq = from && seqOfMessageId(from.messageId, conversationId);
  const read = (consistency: Consistency): Promise<Page> =>
    readPage(chat, conversationId, from?.direction ?? "before", seq, limit, consistency);
  // Nothing has changed as far as is known here: then any replica will do.
  const knownRev = chat.memory.heads.get(conversationId)?.lastRev ?? 0;
  const [head, found] = await Promise.all([
    participate(chat, caller, conversationId, "eventual"),
    from && seq === null ? null : read(knownRev === 0 ? "eventual" : "strong"),
  ]);
  // The answer's lastRev promises all changes up to it: those that were not known before may be missing.
  const page = found && head.lastRev > knownRev ? await read("strong") : found;
  if (!page)
    throw new Refusal(
      "INVALID_REQUEST",
      `${from!.direction} must be the id of a message of this conversation.`,
    );

  const newest = page.messages.at(-1)?.seq ?? 0;
  const marked = request.markRead ? await moveReadPosition(chat, caller, head, newest) : head;
  const messages = await presentMessages(chat, marked, page.messages);
  const first = messages[0];
  const last = messages.at(-1);
  return {
    messages,
    hasMore: page.hasMore,
    nextBefore: first && first.seq > 1 ? first.id : null,
    lastRev: head.lastRev,
    nextAfter: from?.direction === "after" && page.hasMore && last ? last.id : null,
  };
}

interface Page {
  readonly messages: readonly MessageRecord[];
  readonly hasMore: boolean;
}

async function readPage(
  chat: Chat,
  conversationId: string,
  direction: "before" | "after",
  seq: number | null,
  limit: number,
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
