import type {
  Conversation,
  Message,
  Presence,
  Preview,
  ReadPosition,
  Undisclosed,
  User,
} from "../../protocol/objects.ts";
import { isBlockedFor } from "./blocks.ts";
import { discloses } from "./disclosure.ts";
import type { DisclosureRules } from "./disclosure.ts";
import { fitting } from "./frame-room.ts";
import { previewOf } from "./head.ts";
import { messageId } from "./ids.ts";
import { isArchived, isMuted } from "./own-settings.ts";
import { isOnline } from "./presence.ts";
import type { PresenceRules } from "./presence.ts";
import type { Claims, Head, MessageRecord, OwnSettings, StoredPreview, UserRecord } from "./records.ts";
import { claimsWithout, recordedAmong } from "./system-user.ts";
import { firstSeqOf, roleOf, unreadOf, userIdOf } from "./standing.ts";
import type { Standing } from "./standing.ts";
import { toSystemEvent } from "./system-event.ts";
import { iso, isoOrNull } from "./times.ts";

/** Records as clients see them. */

/** The profile that the claims make: the handle stands in for a missing name, the id, as it is, for a missing handle. */
export function toUser({ id, claims }: { readonly id: string; readonly claims: Claims }): User {
  const name = claims.handle ?? id;
  return { id, name, displayName: claims.fullName ?? name, avatarUrl: claims.picture ?? null };
}

/** Presence at `now`: an expired lease counts as gone whether or not anything has cleaned it up. */
export const toPresence = (user: UserRecord, now: number, rules: PresenceRules): Presence => ({
  online: isOnline(user, now, rules),
  lastSeenAt: isoOrNull(user.lastSeenAt),
  version: user.version,
});

/** Presence that is not for whoever asks. */
export const UNDISCLOSED: Undisclosed = { online: null, lastSeenAt: null, version: null };

/** A message with its sender's profile as it is now; `quote` is what it answers, null where that is not shown. */
export const toMessage = (
  message: MessageRecord,
  sender: User,
  readAt: number | null,
  quote: Preview | null,
): Message => {
  const seen = shown(message.conversationId, message, sender, readAt);
  return fitting({ ...seen, replyTo: seen.replyTo && { ...seen.replyTo, preview: quote } });
};

/** What a message answers: in it stands neither what that answers itself nor when it was read. */
export const toQuote = (message: MessageRecord, sender: User): Preview =>
  toPreview(message.conversationId, previewOf(message), sender, null);

const shown = (
  conversationId: string,
  message: Omit<MessageRecord, "conversationId" | "attemptId">,
  sender: User,
  readAt: number | null,
): Message => ({
  id: messageId(conversationId, message.seq),
  conversationId,
  seq: message.seq,
  rev: message.rev,
  type: message.system ? "system" : "text",
  sender,
  content: message.content,
  clientMessageId: message.clientMessageId,
  createdAt: iso(message.createdAt),
  readAt: isoOrNull(readAt),
  editedAt: isoOrNull(message.editedAt),
  deletedAt: isoOrNull(message.deletedAt),
  pinnedAt: isoOrNull(message.pinnedAt),
  replyTo:
    message.replyToSeq === null
      ? null
      : { id: messageId(conversationId, message.replyToSeq), seq: message.replyToSeq, preview: null },
  mentions: message.mentions,
  reactions: message.reactions,
  metadata: message.metadata,
  system: message.system && toSystemEvent(message.system),
});

/** The last message as lists and events show it. */
export const toPreview = (
  conversationId: string,
  preview: StoredPreview,
  sender: User,
  readAt: number | null,
): Preview => fitting({ ...shown(conversationId, preview, sender, readAt), truncated: preview.truncated });

/** The conversation as one who takes part sees it, with the users `usersShown` names. */
export function toConversation(
  head: Head,
  standing: Standing,
  users: ReadonlyMap<string, UserRecord>,
  now: number,
  rules: PresenceRules & DisclosureRules,
  mentionCount: number,
): Conversation {
  const { group, lastMessage: last } = head;
  const isDisclosed = discloses(head, rules);
  const firstSeq = firstSeqOf(head, standing);
  const other = group ? null : userIn(users, otherParticipant(head, userIdOf(standing)));
  return {
    id: head.id,
    kind: group ? "group" : "direct",
    title: group?.title ?? null,
    avatarUrl: group?.avatarUrl ?? null,
    metadata: group?.metadata ?? null,
    createdAt: iso(head.createdAt),
    otherParticipant: other && {
      ...toUser(other),
      ...(isDisclosed && !isBlockedFor(head, userIdOf(standing))
        ? toPresence(other, now, rules)
        : UNDISCLOSED),
    },
    memberCount: group?.memberCount ?? head.participants.length,
    myRole: roleOf(standing),
    lastMessage:
      last && last.seq >= firstSeq
        ? toPreview(
            head.id,
            last,
            toUser(userIn(users, last.senderId)),
            isDisclosed && !group ? lastReadAt(head) : null,
          )
        : null,
    lastMessageAt: isoOrNull(head.lastMessageAt),
    unreadCount: unreadOf(head, standing),
    mentionCount,
    firstSeq,
    lastSeq: head.lastSeq,
    readSeq: standing.readSeq,
    lastRev: head.lastRev,
    ...toSettings(standing, now),
  };
}

/** What the user keeps to themselves: a mute that is over is none. */
const toSettings = (
  own: OwnSettings,
  now: number,
): Pick<Conversation, "pinned" | "archived" | "mutedUntil"> => ({
  pinned: own.pinned ?? false,
  archived: isArchived(own),
  mutedUntil: isMuted(own, now) ? iso(own.mutedUntil!) : null,
});

/** Whose profiles a view of the conversation shows. */
export const usersShown = (head: Head, standing: Standing): readonly string[] =>
  head.group
    ? recordedAmong(head.lastMessage ? [head.lastMessage.senderId] : [])
    : [userIdOf(standing), otherParticipant(head, userIdOf(standing))];

/** Where the user has read to, since when, and what is left unread. */
export const toReadPosition = (head: Head, standing: Standing): ReadPosition => ({
  readSeq: standing.readSeq,
  readAt: isoOrNull(standing.readAt),
  unreadCount: unreadOf(head, standing),
});

/**
 * The user's place among the participants of a pair.
 *
 * @throws Error for one who takes no part: check participation first
 */
export function positionOf(head: Head, userId: string): Head["participants"][number] {
  const position = head.participants.find(({ id }) => id === userId);
  if (!position) throw new Error("A participant is missing from the head.");
  return position;
}

/** The id of the one the user talks with. */
function otherParticipant(head: Head, userId: string): string {
  const other = head.participants.find(({ id }) => id !== userId);
  if (!other) throw new Error("A conversation needs two participants.");
  return other.id;
}

/** When everybody else's position reached the last message: it is the end, so the head alone tells. */
export function lastReadAt(head: Head): number | null {
  const others = head.participants.filter(({ id }) => id !== head.lastMessage?.senderId);
  const times = others.map(({ readSeq, readAt }) => (readSeq >= head.lastSeq ? readAt : null));
  return times.includes(null) ? null : Math.max(...times.map((at) => at ?? 0));
}

/** The system has no record; a user who takes part but was deleted from the table by hand still has an id. */
export const userIn = (users: ReadonlyMap<string, UserRecord>, id: string): UserRecord =>
  users.get(id) ?? {
    id,
    claims: claimsWithout(id) ?? {},
    claimedAt: {},
    state: "off",
    version: 0,
    revision: 0,
    lastSeenAt: null,
    signedOutAt: null,
    connections: [],
  };
