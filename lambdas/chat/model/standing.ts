import type { Head, MemberRecord, Participant, Role } from "./records.ts";

/** Where a user stands in a conversation: their place in the head of a pair, or their own item in a group. */
export type Standing = Participant | MemberRecord;

/** A conversation and where the one who asks stands in it. */
export interface Participation {
  readonly head: Head;
  readonly standing: Standing;
}

export const isMember = (standing: Standing): standing is MemberRecord => "joinedSeq" in standing;

export const userIdOf = (standing: Standing): string => (isMember(standing) ? standing.userId : standing.id);

export const roleOf = (standing: Standing): Role => (isMember(standing) ? standing.role : null) ?? "member";

/** Whether they may do to others' messages what in a group only owners and admins may. */
export const moderates = (standing: Standing): boolean => isMember(standing) && roleOf(standing) !== "member";

/** The lowest seq they may see. */
export const firstSeqOf = ({ group }: Pick<Head, "group">, standing: Standing): number =>
  firstSeqIn(group, isMember(standing) ? standing.joinedSeq : 0);

/** The same by the message that let somebody into a group. */
export const firstSeqIn = (group: Head["group"], joinedSeq: number): number =>
  group?.history === "from_join" && joinedSeq > 0 ? joinedSeq + 1 : 1;

/** How many messages of others they have not read. Of a group the head may be older than the position. */
export function unreadOf({ group, lastSeq }: Pick<Head, "group" | "lastSeq">, standing: Standing): number {
  const messages = lastSeq - standing.readSeq;
  if (!group || !isMember(standing)) return messages;
  return Math.max(0, messages - (group.systemCount - standing.readSystems));
}
