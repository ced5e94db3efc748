import type { Chat } from "../chat.ts";
import { settle } from "../model/presence.ts";
import { changePresence } from "../steps/change-presence.ts";

/** The grace of the leave at `lastSeenAt` is over: unless the user has come back since, they are off. */
export async function settlePresence(chat: Chat, userId: string, lastSeenAt: number): Promise<void> {
  await changePresence(chat, userId, null, (user) => settle(user, lastSeenAt, chat.clock.now()));
}
