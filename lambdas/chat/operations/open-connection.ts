import type { Chat } from "../chat.ts";
import { connect, isSignedOut } from "../model/presence.ts";
import type { Connection } from "../model/records.ts";
import type { TaskQueue } from "../ports.ts";
import { changePresence } from "../steps/change-presence.ts";
import { closeForGood } from "../steps/close-for-good.ts";

/** API Gateway ends a socket after two hours; the rest is for clocks and a late `$disconnect`. */
const LEASE_MS = (2 * 60 + 5) * 60 * 1000;

/** A connection that the authorizer has let in. */
export interface Arrival {
  readonly userId: string;
  readonly connectionId: string;
  /** When the token expires, in milliseconds since the epoch. */
  readonly tokenExpiresAt: number;
  /** When it was issued, in seconds since the epoch; null where it does not say. */
  readonly tokenIssuedAt: number | null;
  /** Whether it has asked for several events in one frame. */
  readonly takesBatches?: boolean;
}

/**
 * Registers a connection; one above the limit closes the user's oldest. False, and nothing is registered, where the
 * user was signed out since the authorizer looked. Refuses nothing else: errors are ours.
 */
export async function openConnection(chat: Chat, queue: TaskQueue, arrival: Arrival): Promise<boolean> {
  const now = chat.clock.now();
  const lease = Math.min(now + LEASE_MS, arrival.tokenExpiresAt);
  const connection: Connection = {
    id: arrival.connectionId,
    lease,
    since: now,
    rooms: new Set(),
    ...(arrival.takesBatches ? { takesBatches: true } : {}),
  };
  let evicted: readonly string[] = [];
  // The authorizer has stored the user a moment ago; should the item be gone since, it is made again.
  const known =
    (await chat.users.get(arrival.userId, "strong")) ?? (await chat.users.saveClaims(arrival.userId, {}));
  const isOpen = await changePresence(chat, arrival.userId, known, (user) => {
    if (isSignedOut(user, arrival.tokenIssuedAt)) return null;
    const connected = connect(user, connection, chat.clock.now(), chat.rules);
    // A try whose answer was lost may have evicted: whoever is missing now still has to be closed.
    const missing = evicted.filter((id) => !user.connections.some((one) => one.id === id));
    evicted = [...missing, ...connected.evicted];
    return connected.change;
  });
  if (evicted.length > 0) await closeForGood(chat, queue, evicted);
  return isOpen;
}
