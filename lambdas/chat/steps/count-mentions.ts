import type { Chat } from "../chat.ts";
import type { Head, MemberRecord, Participant } from "../model/records.ts";
import type { Consistency } from "../ports.ts";

/**
 * How many of a user's unread messages mention them. Where none above their position does, which their standing
 * tells, nothing is read.
 */
export async function countMentions(
  chat: Chat,
  { id, lastSeq }: Pick<Head, "id" | "lastSeq">,
  userId: string,
  { readSeq, mentionedSeq = 0 }: Pick<Participant | MemberRecord, "readSeq" | "mentionedSeq">,
  consistency: Consistency,
): Promise<number> {
  if (mentionedSeq <= readSeq) return 0;
  return chat.mentions.count(id, userId, { afterSeq: readSeq, upToSeq: lastSeq }, consistency);
}
