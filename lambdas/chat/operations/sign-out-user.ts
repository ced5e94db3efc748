import type { Chat } from "../chat.ts";
import { isUserId } from "../model/ids.ts";
import { signOut } from "../model/presence.ts";
import type { Connection } from "../model/records.ts";
import { noSuchUser } from "../model/refusal.ts";
import type { TaskQueue } from "../ports.ts";
import { changePresence } from "../steps/change-presence.ts";
import { closeForGood } from "../steps/close-for-good.ts";
import { endTyping } from "../steps/tell-typing.ts";

/**
 * Ends everything a user has open: their connections are closed, and tokens issued up to now count no more, within a
 * minute in every environment. A later token opens all doors again.
 *
 * @throws Refusal `NOT_FOUND` for somebody unknown, whose tokens nothing could be kept about
 */
export async function signOutUser(chat: Chat, queue: TaskQueue, userId: string): Promise<void> {
  const known = isUserId(userId) ? await chat.users.get(userId, "strong") : null;
  if (!known) throw noSuchUser();
  // A try whose answer was lost has taken them off the record: they still have to be closed.
  const gone = new Map<string, Connection>();
  await changePresence(chat, userId, known, (user) => {
    for (const connection of user.connections) gone.set(connection.id, connection);
    return signOut(user, chat.clock.now(), chat.rules);
  });
  if (gone.size === 0) return;
  await closeForGood(chat, queue, [...gone.keys()]);
  const rooms = [...new Set([...gone.values()].flatMap((connection) => [...connection.rooms]))];
  if (rooms.length === 0) return;
  const heads = await chat.heads.getMany(rooms);
  await endTyping(chat, userId, [...heads.values()]);
}
