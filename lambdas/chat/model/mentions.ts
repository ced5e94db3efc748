import { applyChanges } from "./message-state.ts";
import type { ChangeRecord, Head, MentionMark, MessageRecord } from "./records.ts";

/** Who is mentioned where: pure. Nobody is told of what they said themselves, so a sender is left out. */

/** What messages as they were stored, or as they stand, say of whom they mention. */
export const marksOf = (messages: readonly MessageRecord[]): readonly MentionMark[] =>
  messages.flatMap((message) =>
    mentionedBy(message).map((userId) => ({ userId, seq: message.seq, rev: message.rev, on: true })),
  );

/**
 * What those of the changes that are not in the message yet say anew of whom it mentions. Also of who is mentioned
 * before and after, but not in between: whoever died in between may have marked that.
 */
export function marksOfChanges(
  message: MessageRecord,
  changes: readonly ChangeRecord[],
): readonly MentionMark[] {
  const later = changes.filter(({ seq, rev }) => seq === message.seq && rev > message.rev);
  const states = [message];
  for (const record of later.toSorted((a, b) => a.rev - b.rev))
    states.push(applyChanges(states.at(-1)!, [record]));
  const last = states.at(-1)!;
  const isIn = (userId: string, { mentions }: MessageRecord): boolean => mentions.includes(userId);
  return [...new Set(states.flatMap(mentionedBy))]
    .filter((userId) => !states.every((state) => isIn(userId, state)))
    .map((userId) => ({ userId, seq: last.seq, rev: last.rev, on: isIn(userId, last) }));
}

/** Those of a pair whose newest mention is among these messages, as far as the head does not say so yet. */
export const newlyMentioned = (
  { participants }: Pick<Head, "participants">,
  messages: readonly MessageRecord[],
): readonly { readonly participant: number; readonly seq: number }[] =>
  participants.flatMap(({ id, mentionedSeq = 0 }, participant) => {
    const seqs = messages.flatMap((message) => (mentionedBy(message).includes(id) ? [message.seq] : []));
    const seq = Math.max(0, ...seqs);
    return seq > mentionedSeq ? [{ participant, seq }] : [];
  });

const mentionedBy = ({ mentions, senderId }: MessageRecord): readonly string[] =>
  mentions.filter((userId) => userId !== senderId);
