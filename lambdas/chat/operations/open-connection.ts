import type { Chat } from "../chat.ts";
import { connect } from "../model/presence.ts";
import type { TaskQueue } from "../ports.ts";
import { changePresence } from "../steps/change-presence.ts";

/** API Gateway ends a socket after two hours; the rest is for clocks and a late `$disconnect`. */
const LEASE_MS = (2 * 60 + 5) * 60 * 1000;

/**
 * Inside `$connect` a close answers 410, and the socket opens afterwards all the same. By then it is over: the
 * function that answers it may run for ten seconds.
 */
const CLOSE_AGAIN_SECONDS = 15;

/** A connection that the authorizer has let in. */
export interface Arrival {
  readonly userId: string;
  readonly connectionId: string;
  /** When the token expires, in milliseconds since the epoch. */
  readonly tokenExpiresAt: number;
}

/** Registers a connection; one above the limit closes the user's oldest. Refuses nothing: errors are ours. */
export async function openConnection(chat: Chat, queue: TaskQueue, arrival: Arrival): Promise<void> {
  const now = chat.clock.now();
  const lease = Math.min(now + LEASE_MS, arrival.tokenExpiresAt);
  const connection = { id: arrival.connectionId, lease, since: now, rooms: new Set<string>() };
  let evicted: readonly string[] = [];
  // The authorizer has stored the user a moment ago; should the item be gone since, it is made again.
  const known =
    (await chat.users.get(arrival.userId, "strong")) ?? (await chat.users.saveClaims(arrival.userId, {}));
  await changePresence(chat, arrival.userId, known, (user) => {
    const connected = connect(user, connection, chat.clock.now(), chat.rules);
    // A try whose answer was lost may have evicted: whoever is missing now still has to be closed.
    const missing = evicted.filter((id) => !user.connections.some((one) => one.id === id));
    evicted = [...missing, ...connected.evicted];
    return connected.change;
  });
  if (evicted.length > 0) await closeEvicted(chat, queue, evicted);
}

async function closeEvicted(chat: Chat, queue: TaskQueue, evicted: readonly string[]): Promise<void> {
  const outcomes = await chat.sockets.close(evicted);
  const connectionIds = evicted.filter((_, index) => outcomes[index] !== "closed");
  if (connectionIds.length === 0) return;
  try {
    await queue.send({ type: "close_connections", connectionIds }, CLOSE_AGAIN_SECONDS);
  } catch (cause) {
    // Whoever arrives has nothing to do with it; an open socket that acts is found as a stray.
    chat.log.error("close again failed", cause, { connections: connectionIds.length });
  }
}
