import type { GroupEvent, MemberRecord, MessageRecord, Role } from "./records.ts";

/** Who belongs to a group, and in which role, is the fold of its system messages: pure. */

/** The standings an event is derived from, as of the message before it. */
export type Standings = ReadonlyMap<string, MemberRecord>;

/** A system message of a group. */
export type EventMessage = MessageRecord & { readonly system: GroupEvent };

export const isEvent = (message: MessageRecord): message is EventMessage => message.system !== null;

/** Those whose new standing follows from the old one, which therefore has to be read. */
export function whoseStandingCounts({ system, senderId }: EventMessage): readonly string[] {
  switch (system.event) {
    case "created":
    case "members_added":
    case "details_changed":
      return [];
    case "member_removed":
      return system.userIds;
    case "member_left":
      return system.successor === null ? system.userIds : [...system.userIds, system.successor];
    case "role_changed":
      return system.role === "owner" ? [...system.userIds, senderId] : system.userIds;
  }
}

/**
 * The standings that an event changes. `systemCount`: how many system messages there are up to it, which for who
 * joins are no unread ones.
 */
export function standingsAfter(
  message: EventMessage,
  before: Standings,
  systemCount: number,
): readonly MemberRecord[] {
  const { system, senderId, seq, createdAt } = message;
  const as = (userId: string, role: Role | null): MemberRecord => {
    const standing = before.get(userId);
    if (!standing) throw new Error(`Message ${seq} changes the standing of somebody who has none.`);
    return { ...standing, role, asOfSeq: seq };
  };
  const founder = (userId: string, role: Role): MemberRecord => ({
    userId,
    role,
    joinedAt: createdAt,
    joinedSeq: 0,
    asOfSeq: seq,
    readSeq: 0,
    readSystems: 0,
    readAt: null,
  });
  switch (system.event) {
    case "created":
      return [founder(senderId, "owner"), ...system.userIds.map((userId) => founder(userId, "member"))];
    case "members_added":
      return system.userIds.map((userId) => ({
        userId,
        role: "member",
        joinedAt: createdAt,
        joinedSeq: seq,
        asOfSeq: seq,
        readSeq: seq,
        readSystems: systemCount,
        readAt: createdAt,
      }));
    case "member_removed":
      return [as(system.userIds[0], null)];
    case "member_left": {
      const gone = as(system.userIds[0], null);
      return system.successor === null ? [gone] : [gone, as(system.successor, "owner")];
    }
    case "role_changed": {
      const changed = as(system.userIds[0], system.role);
      return system.role === "owner" ? [changed, as(senderId, "admin")] : [changed];
    }
    case "details_changed":
      return [];
  }
}

/** Whether the standing says that its user belongs to the group. */
export const belongs = (
  standing: MemberRecord | null | undefined,
): standing is MemberRecord & { role: Role } => (standing?.role ?? null) !== null;

const RANK: { readonly [R in Role]: number } = { owner: 0, admin: 1, member: 2 };

/** Owners, admins, then the others, each by joining: founders first, and those who came together by id. */
export const byRank = (a: Ranked, b: Ranked): number =>
  RANK[a.role] - RANK[b.role] ||
  a.joinedSeq - b.joinedSeq ||
  (a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0);

/** What decides a member's place among the others. */
export type Ranked = Pick<MemberRecord, "userId" | "joinedSeq"> & { readonly role: Role };

/** Who is the owner once they have left: the oldest admin, else the oldest member; null: nobody is left. */
export const successorOf = (members: readonly MemberRecord[], ownerId: string): string | null =>
  members
    .filter(belongs)
    .filter(({ userId }) => userId !== ownerId)
    .sort(byRank)[0]?.userId ?? null;
