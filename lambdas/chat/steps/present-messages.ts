import type { Message } from "../../protocol/objects.ts";
import type { Chat } from "../chat.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { quotingFrom } from "../model/quotes.ts";
import { recordedAmong } from "../model/system-user.ts";
import { toMessage, toQuote, toUser, userIn } from "../model/views.ts";
import { loadQuotes, type Quotes } from "./load-quotes.ts";
import { loadReadTimes } from "./load-read-times.ts";

/**
 * Messages of one conversation, oldest first, as a client sees them: with senders, what they answer, and when they
 * were read. Below `firstSeq` the client sees nothing, quoted neither.
 */
export async function presentMessages(
  chat: Chat,
  head: Head,
  messages: readonly MessageRecord[],
  firstSeq = 1,
): Promise<readonly Message[]> {
  if (messages.length === 0) return [];
  const quotes = loadQuotes(chat, head.id, messages);
  const [users, quoteOf, readAt] = await Promise.all([
    sendersOf(head, messages, quotes).then((ids) => chat.users.getMany(ids, "eventual")),
    quotes,
    loadReadTimes(chat, head, messages),
  ]);
  const sender = ({ senderId }: MessageRecord) => toUser(userIn(users, senderId));
  return messages.map((message) => {
    const quoted = quoteOf(message);
    const quote = quoted && toQuote(quoted, sender(quoted));
    return quotingFrom(firstSeq, toMessage(message, sender(message), readAt(message), quote));
  });
}

/** Those of a pair, or whoever wrote what is shown. */
async function sendersOf(
  { group, participants }: Head,
  messages: readonly MessageRecord[],
  quotes: Promise<Quotes>,
): Promise<readonly string[]> {
  if (!group) return participants.map(({ id }) => id);
  const quoteOf = await quotes;
  const shown = messages.flatMap((message) => [message, quoteOf(message) ?? []].flat());
  return recordedAmong(shown.map(({ senderId }) => senderId));
}
