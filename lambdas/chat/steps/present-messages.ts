import type { Message } from "../../protocol/objects.ts";
import type { Chat } from "../chat.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { toMessage, toUser, userIn } from "../model/views.ts";
import { loadReadTimes } from "./load-read-times.ts";

/** Messages of one conversation, oldest first, as clients see them: with senders, and when they were read. */
export async function presentMessages(
  chat: Chat,
  head: Head,
  messages: readonly MessageRecord[],
): Promise<readonly Message[]> {
  if (messages.length === 0) return [];
  const ids = head.participants.map(({ id }) => id);
  const [users, readAt] = await Promise.all([
    chat.users.getMany(ids, "eventual"),
    loadReadTimes(chat, head, messages),
  ]);
  const senders = new Map(ids.map((id) => [id, toUser(userIn(users, id))]));
  return messages.map((message) => toMessage(message, senders.get(message.senderId)!, readAt(message)));
}
