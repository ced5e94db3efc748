import type { Message } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { discloses } from "../model/disclosure.ts";
import { iso } from "../model/times.ts";
import { lastReadAt, positionOf, toMessage, toPreview, toUser, userIn } from "../model/views.ts";
import type { Changed } from "./append-change.ts";
import { fanOut } from "./fan-out.ts";
import { loadReadTimes } from "./load-read-times.ts";
import { noticeStray } from "./notice-stray.ts";

/** Tells everybody of a change that is shown, but whoever has it in their ack; answers with the message. */
export async function tellChange(
  chat: Chat,
  caller: Caller,
  { isNew, head, message: changed }: Changed,
): Promise<Message> {
  const ids = head.participants.map(({ id }) => id);
  const consistency = isNew ? "strong" : "eventual";
  // Read after the change was stored: whoever connects meanwhile either is pushed to or finds it by `sync`.
  const [users, readAtOf] = await Promise.all([
    chat.users.getMany(ids, consistency),
    loadReadTimes(chat, head, [changed]),
  ]);
  await noticeStray(chat, caller, users.get(caller.userId), consistency);
  const message = toMessage(changed, toUser(userIn(users, changed.senderId)), readAtOf(changed));
  if (!isNew) return message;
  const last = head.lastMessage;
  const lastRead = discloses(head, chat.rules) ? lastReadAt(head) : null;
  const lastMessage = last && toPreview(head.id, last, toUser(userIn(users, last.senderId)), lastRead);
  const showsInList = changed.seq === head.lastSeq || changed.pinnedAt !== null;
  await fanOut(chat, [...users.values()], (user, connection) => {
    if (connection.id === caller.connectionId) return null;
    if (connection.rooms.has(head.id)) return { type: "message_changed", message };
    if (!lastMessage || !showsInList) return null;
    return {
      type: "conversation_updated",
      conversationId: head.id,
      lastMessage,
      lastMessageAt: iso(head.lastMessageAt ?? changed.createdAt),
      unreadCount: head.lastSeq - positionOf(head, user.id).readSeq,
      lastSeq: head.lastSeq,
      lastRev: head.lastRev,
    };
  });
  return message;
}
