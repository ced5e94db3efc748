import type { Group, Member, SystemMessage } from "../../protocol/groups.ts";
import type { Preview } from "../../protocol/objects.ts";
import type { GroupFacts, Head, MemberRecord, MessageRecord, Role, UserRecord } from "./records.ts";
import type { EventMessage } from "./membership.ts";
import { firstSeqOf, unreadOf } from "./standing.ts";
import { toSystemEvent } from "./system-event.ts";
import { iso, isoOrNull } from "./times.ts";
import { toMessage, toPreview, toSettings, toUser, userIn } from "./views.ts";

/** Groups as their members see them. */

type Users = ReadonlyMap<string, UserRecord>;
type GroupHead = Head & { readonly group: GroupFacts };
type Belonging = MemberRecord & { readonly role: Role };

/** The group as this member sees it; who wrote its last message must be among `users`. */
export function toGroup(
  head: GroupHead,
  member: Belonging,
  users: Users,
  mentionCount: number,
  now: number,
): Group {
  const { group, lastMessage } = head;
  const { title, avatarUrl, metadata, memberCount } = group;
  const firstSeq = firstSeqOf(head, member);
  return {
    id: head.id,
    kind: "group",
    ...{ title, avatarUrl, metadata },
    createdAt: iso(head.createdAt),
    otherParticipant: null,
    memberCount,
    myRole: member.role,
    lastMessage: lastMessage && lastMessage.seq >= firstSeq ? toGroupPreview(head, users) : null,
    lastMessageAt: isoOrNull(head.lastMessageAt),
    unreadCount: unreadOf(head, member),
    mentionCount,
    firstSeq,
    lastSeq: head.lastSeq,
    readSeq: member.readSeq,
    lastRev: head.lastRev,
    ...toSettings(member, now),
  };
}

/** The last message of a group, which may be one that tells what happened to it. */
export function toGroupPreview({ id, lastMessage }: Head, users: Users): Preview | null {
  if (!lastMessage) return null;
  const { system, senderId } = lastMessage;
  return { ...toPreview(id, lastMessage, toUser(userIn(users, senderId)), null), ...kindOf(system) };
}

/** A message that tells what happened to a group. */
export const toSystemMessage = (message: EventMessage, users: Users): SystemMessage => ({
  ...toMessage(message, toUser(userIn(users, message.senderId)), null, null),
  type: "system",
  system: toSystemEvent(message.system),
});

const kindOf = (system: MessageRecord["system"]) => ({
  type: system ? ("system" as const) : ("text" as const),
  system: system && toSystemEvent(system),
});

/** A member with their profile as it is now. */
export const toMember = ({ userId, role, joinedAt, readSeq }: Belonging, users: Users): Member => ({
  ...toUser(userIn(users, userId)),
  role,
  joinedAt: iso(joinedAt),
  readSeq,
});
