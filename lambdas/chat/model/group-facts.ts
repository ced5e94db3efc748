import type { GroupEvent, GroupFacts, MessageRecord } from "./records.ts";

/** What the head of a group says beside its last message is the fold of its log: pure. */

/** How many of the latest system messages' seqs the head keeps: so far back a count of them costs no read. */
const MAX_SYSTEM_SEQS = 20;
/** How many users the head's preview of a system message names. */
const MAX_PREVIEWED_USERS = 20;

/** The facts once this message, the next of the log, is covered. */
export function factsAfter(facts: GroupFacts, { seq, system }: MessageRecord): GroupFacts {
  if (!system) return facts;
  return {
    ...facts,
    ...told(facts, seq, system),
    systemCount: facts.systemCount + 1,
    systemSeqs: [...facts.systemSeqs, seq].slice(-MAX_SYSTEM_SEQS),
  };
}

function told(facts: GroupFacts, seq: number, event: GroupEvent): Partial<GroupFacts> {
  const membershipSeq = seq;
  switch (event.event) {
    case "created": {
      const { title, avatarUrl, metadata, userIds } = event;
      return { title, avatarUrl, metadata, memberCount: userIds.length + 1, membershipSeq };
    }
    case "members_added":
      return { memberCount: facts.memberCount + event.userIds.length, membershipSeq };
    case "member_removed":
    case "member_left":
      return { memberCount: facts.memberCount - 1, membershipSeq };
    case "role_changed":
      return { membershipSeq };
    case "details_changed": {
      const { title = facts.title, avatarUrl = facts.avatarUrl, metadata = facts.metadata } = event;
      return { title, avatarUrl, metadata };
    }
  }
}

/** The event as the head's preview has it: a head must not grow with those who are added at once. */
export const previewedEvent = (event: GroupEvent | null): GroupEvent | null =>
  event?.event === "created" || event?.event === "members_added"
    ? { ...event, userIds: event.userIds.slice(0, MAX_PREVIEWED_USERS) }
    : event;

/**
 * How many system messages there are up to `seq`, at or below the head's last; null where the head keeps too few
 * of them to tell.
 */
export function systemsUpTo(facts: GroupFacts, seq: number): number | null {
  const [lowest = 0] = facts.systemSeqs;
  if (seq < lowest - 1 && facts.systemSeqs.length < facts.systemCount) return null;
  return facts.systemCount - facts.systemSeqs.filter((one) => one > seq).length;
}
