import type { Chat } from "../chat.ts";
import type { PresenceChange } from "../model/presence.ts";
import type { Connection, UserRecord } from "../model/records.ts";
import type { TaskQueue } from "../ports.ts";
import { changePresence } from "./change-presence.ts";
import { closeForGood } from "./close-for-good.ts";
import { endTyping } from "./tell-typing.ts";

/** Signs a user out as `plan` says, closes what they had open, and ends their typing there. */
export async function endSessions(
  chat: Chat,
  queue: TaskQueue,
  known: UserRecord,
  plan: (user: UserRecord) => PresenceChange,
): Promise<void> {
  // A try whose answer was lost has taken them off the record: they still have to be closed.
  const gone = new Map<string, Connection>();
  await changePresence(chat, known.id, known, (user) => {
    for (const connection of user.connections) gone.set(connection.id, connection);
    return plan(user);
  });
  if (gone.size === 0) return;
  await closeForGood(chat, queue, [...gone.keys()]);
  const rooms = [...new Set([...gone.values()].flatMap((connection) => [...connection.rooms]))];
  if (rooms.length === 0) return;
  const heads = await chat.heads.getMany(rooms);
  await endTyping(chat, known.id, [...heads.values()]);
}
