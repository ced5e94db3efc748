import type { Chat } from "../chat.ts";
import type { MessageRecord } from "../model/records.ts";

/** What a message answers, as it stands; null: nothing, or what was deleted. */
export type Quotes = (message: MessageRecord) => MessageRecord | null;

/**
 * Loads what these messages of one conversation answer, those that are not among them. Strongly: what was deleted
 * before this was asked is quoted nowhere.
 */
export async function loadQuotes(
  chat: Chat,
  conversationId: string,
  messages: readonly MessageRecord[],
): Promise<Quotes> {
  const known = new Map(messages.map((message) => [message.seq, message]));
  const missing = new Set(
    messages.flatMap(({ replyToSeq }) => replyToSeq ?? []).filter((seq) => !known.has(seq)),
  );
  const read = missing.size > 0 ? await chat.messages.getMany(conversationId, [...missing]) : [];
  for (const message of read) known.set(message.seq, message);
  return ({ replyToSeq }) => {
    const quoted = replyToSeq === null ? null : (known.get(replyToSeq) ?? null);
    return quoted?.deletedAt === null ? quoted : null;
  };
}
