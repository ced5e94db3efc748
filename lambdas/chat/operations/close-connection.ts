import type { Chat, ConnectedCaller } from "../chat.ts";
import { removeConnections } from "../steps/remove-connections.ts";

/** A connection has ended, whoever ended it: it is taken off the user's record, with its rooms. */
export async function closeConnection(chat: Chat, caller: ConnectedCaller): Promise<void> {
  await removeConnections(chat, caller.userId, [{ id: caller.connectionId, lease: null }]);
}
