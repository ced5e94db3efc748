import type { Chat } from "../chat.ts";
import { isUserId } from "../model/ids.ts";
import { signOut } from "../model/presence.ts";
import { noSuchUser } from "../model/refusal.ts";
import type { TaskQueue } from "../ports.ts";
import { endSessions } from "../steps/end-sessions.ts";

/**
 * Ends everything a user has open: their connections are closed, and tokens issued up to now count no more, within a
 * minute in every environment. A later token opens all doors again.
 *
 * @throws Refusal `NOT_FOUND` for somebody unknown, whose tokens nothing could be kept about
 */
export async function signOutUser(chat: Chat, queue: TaskQueue, userId: string): Promise<void> {
  const known = isUserId(userId) ? await chat.users.get(userId, "strong") : null;
  if (!known) throw noSuchUser();
  await endSessions(chat, queue, known, (user) => signOut(user, chat.clock.now(), chat.rules));
}
