import type { Chat } from "../chat.ts";

/**
 * Closes sockets that no record knows any more; one that is gone is done with.
 *
 * @throws Error where one could not be closed: to be tried again
 */
export async function closeConnections(chat: Chat, connectionIds: readonly string[]): Promise<void> {
  const outcomes = await chat.sockets.close(connectionIds);
  const failed = outcomes.filter((outcome) => outcome === "failed").length;
  if (failed > 0) throw new Error(`${failed} of ${connectionIds.length} sockets could not be closed.`);
}
