import type { Chat } from "../chat.ts";
import { disconnect } from "../model/presence.ts";
import type { Connection, UserRecord } from "../model/records.ts";
import { changePresence } from "./change-presence.ts";

/** A connection as it was seen when it was found gone: another with its id but not its lease is not it. */
export interface Gone {
  readonly id: string;
  readonly lease: number | null;
}

/** Takes connections off a user's record, and tells which; with the last one the user is on the way out. */
export async function removeConnections(
  chat: Chat,
  userId: string,
  gone: readonly Gone[],
  known: UserRecord | null = null,
): Promise<readonly Connection[]> {
  let found: readonly Connection[] = [];
  await changePresence(chat, userId, known, (user) => {
    found = user.connections.filter(({ id, lease }) =>
      gone.some((one) => one.id === id && (one.lease ?? lease) === lease),
    );
    const ids = found.map(({ id }) => id);
    return ids.length === 0 ? null : disconnect(user, ids, chat.clock.now(), chat.rules);
  });
  return found;
}
