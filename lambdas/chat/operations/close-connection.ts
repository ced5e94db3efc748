import type { Chat, ConnectedCaller } from "../chat.ts";
import { removeConnections } from "../steps/remove-connections.ts";
import { endTyping } from "../steps/tell-typing.ts";

/**
 * A connection has ended, whoever ended it: it is taken off the user's record, with its rooms, and whoever
 * typed through it types no more.
 */
export async function closeConnection(chat: Chat, caller: ConnectedCaller): Promise<void> {
  const removed = await removeConnections(chat, caller.userId, [{ id: caller.connectionId, lease: null }]);
  const rooms = removed.flatMap((connection) => [...connection.rooms]);
  if (rooms.length === 0) return;
  const heads = await chat.heads.getMany(rooms);
  await endTyping(chat, caller.userId, [...heads.values()]);
}
