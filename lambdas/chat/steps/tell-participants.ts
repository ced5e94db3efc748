import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { discloses } from "../model/disclosure.ts";
import type { Head, UserRecord } from "../model/records.ts";
import { iso } from "../model/times.ts";
import { lastReadAt, positionOf, toPreview, toUser, userIn } from "../model/views.ts";
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
  await fanOut(chat, [...users.values()], (user, connection) => {
    if (connection.id === caller.connectionId) return null;
    if (connection.rooms.has(head.id)) return event;
    if (!lastMessage) return null;
    return {
      type: "conversation_updated",
      conversationId: head.id,
      lastMessage,
      lastMessageAt: iso(head.lastMessageAt ?? head.createdAt),
      unreadCount: head.lastSeq - positionOf(head, user.id).readSeq,
      lastSeq: head.lastSeq,
      lastRev: head.lastRev,
    };
  });
}
