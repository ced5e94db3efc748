import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { discloses } from "../model/disclosure.ts";
import type { Head, UserRecord } from "../model/records.ts";
import { iso } from "../model/times.ts";
import { lastReadAt, positionOf, toPreview, toUser, userIn } from "../model/views.ts";
import { countMentions } from "./count-mentions.ts";
import { fanOut } from "./fan-out.ts";

/**
 * Tells what has happened in a conversation to those in its room, but the connection that did it; to all others,
 * where it shows in the list, how the conversation stands. The head may be ahead by now: what it says is newer, and
 * lastSeq and lastRev tell.
 */
export async function tellParticipants(
  chat: Chat,
  caller: Caller,
  head: Head,
  users: ReadonlyMap<string, UserRecord>,
  { event, showsInList }: { readonly event: EventFrame; readonly showsInList: boolean },
): Promise<void> {
  const last = showsInList ? head.lastMessage : null;
  const readAt = discloses(head, chat.rules) ? lastReadAt(head) : null;
  const lastMessage = last && toPreview(head.id, last, toUser(userIn(users, last.senderId)), readAt);
  const counts = lastMessage ? await countTold(chat, caller, head, users) : null;
  await fanOut(chat, [...users.values()], (user, connection) => {
    if (connection.id === caller.connectionId) return null;
    if (connection.rooms.has(head.id)) return event;
    if (!lastMessage || !counts) return null;
    return {
      type: "conversation_updated",
      conversationId: head.id,
      lastMessage,
      lastMessageAt: iso(head.lastMessageAt ?? head.createdAt),
      unreadCount: head.lastSeq - positionOf(head, user.id).readSeq,
      mentionCount: counts.get(user.id) ?? 0,
      lastSeq: head.lastSeq,
      lastRev: head.lastRev,
    };
  });
}

/** How many unread messages mention each of those who have a connection to be told outside the room. */
async function countTold(
  chat: Chat,
  caller: Caller,
  head: Head,
  users: ReadonlyMap<string, UserRecord>,
): Promise<ReadonlyMap<string, number>> {
  const outside = [...users.values()].filter(({ connections }) =>
    connections.some(({ id, rooms }) => id !== caller.connectionId && !rooms.has(head.id)),
  );
  const counts = outside.map(
    async ({ id }) => [id, await countMentions(chat, head, id, positionOf(head, id), "strong")] as const,
  );
  return new Map(await Promise.all(counts));
}
