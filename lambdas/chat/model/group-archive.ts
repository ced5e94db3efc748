import { archiveTurnOf, isArchived, isMuted } from "./own-settings.ts";
import type { ArchiveMark, Head, MemberRecord, MessageRecord } from "./records.ts";

/**
 * Members archive a group on items of their own. What the head knows of it is one time, so that a usual send reads
 * none of them, and a count of what was said, so that no sender takes back what they have not seen.
 */

export const archiveMarksOf = ({ archive }: Pick<Head, "archive">): number => archive?.marks ?? 0;

/** Whether one of these messages may take the group out of somebody's archive. */
export const wakes = (
  { archive }: Pick<Head, "archive">,
  messages: readonly Pick<MessageRecord, "createdAt">[],
): boolean => {
  const wakesAt = archive?.wakesAt ?? null;
  return wakesAt !== null && messages.some(({ createdAt }) => createdAt >= wakesAt);
};

/** Whether one of these messages takes the group out of this member's archive. */
export const isWokenBy = (
  member: MemberRecord,
  messages: readonly Pick<MessageRecord, "senderId" | "createdAt">[],
): boolean =>
  isArchived(member) &&
  messages.some(({ senderId, createdAt }) => senderId !== member.userId && !isMuted(member, createdAt));

/** From when on a message takes the group out of the archive of one of these; null: none of them has it there. */
export function wakesAtFor(members: readonly MemberRecord[]): number | null {
  const times = members.filter(isArchived).map(({ mutedUntil = 0 }) => mutedUntil);
  return times.length === 0 ? null : Math.min(...times);
}

/** The mark once this member has archived it, or muted it in there. */
export const markedFor = (head: Pick<Head, "archive">, member: MemberRecord): ArchiveMark => ({
  marks: archiveMarksOf(head) + 1,
  wakesAt: Math.min(head.archive?.wakesAt ?? Infinity, member.mutedUntil ?? 0),
});

/** The turn that a message takes. */
export const nextTurn = (member: MemberRecord): number => archiveTurnOf(member) + 1;
