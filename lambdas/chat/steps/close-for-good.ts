import type { Chat } from "../chat.ts";
import type { TaskQueue } from "../ports.ts";

/**
 * Inside `$connect` a close answers 410, and the socket opens afterwards all the same. By then it is over: the
 * function that answers it may run for ten seconds.
 */
const CLOSE_AGAIN_SECONDS = 15;

/** Closes connections that are on no record any more; those not closed for certain are closed again by the worker. */
export async function closeForGood(chat: Chat, queue: TaskQueue, removed: readonly string[]): Promise<void> {
  const outcomes = await chat.sockets.close(removed);
  const connectionIds = removed.filter((_, index) => outcomes[index] !== "closed");
  if (connectionIds.length === 0) return;
  try {
    await queue.send({ type: "close_connections", connectionIds }, CLOSE_AGAIN_SECONDS);
  } catch (cause) {
    // Whoever asked has nothing to do with it; an open socket that acts is found as a stray.
    chat.log.error("close again failed", cause, { connections: connectionIds.length });
  }
}
