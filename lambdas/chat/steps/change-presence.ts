import type { Chat } from "../chat.ts";
import { connect, disconnect } from "../model/presence.ts";
import type { PresenceChange } from "../model/presence.ts";
import type { UserRecord } from "../model/records.ts";

/** API Sockets ends a socket after two hours; the rest is for clocks and a late `$disconnect`. */
const LEASE_MS = (2 * 60 + 5) * 60 * 1000;

/** Ten devices at once may all lose a race nine times. */
const MAX_TRIES = 50;

export interface Arrival {
  readonly userId: string;
  readonly connectionId: string;
  /** When the token expires, in milliseconds since the epoch. */
  readonly tokenExpiresAt: number;
}

/** Registers a connection; one above the limit closes the user's oldest. */
export async function openConnection(chat: Chat, arrival: Arrival): Promise<void> {
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
  if (evicted.length > 0) await chat.sockets.close(evicted);
}

/** A connection as it was seen when it was found gone: another with its id but not its lease is not it. */
export interface Gone {
  readonly id: string;
  readonly lease: number | null;
}

/** Takes connections off a user's record; with the last one the user is on the way out. */
export async function removeConnections(
  chat: Chat,
  userId: string,
  gone: readonly Gone[],
  known: UserRecord | null = null,
): Promise<void> {
  await changePresence(chat, userId, known, (user) => {
    const ids = user.connections
      .filter(({ id, lease }) => gone.some((one) => one.id === id && (one.lease ?? lease) === lease))
      .map(({ id }) => id);
    return ids.length === 0 ? null : disconnect(user, ids, chat.clock.now(), chat.rules);
  });
}

/**
 * Changes a user's presence by compare-and-set: `plan` is asked again with the record as it stands until its
 * change is written, or until it has none. `known` spares the first read.
 */
export async function changePresence(
  chat: Chat,
  userId: string,
  known: UserRecord | null,
  plan: (user: UserRecord) => PresenceChange | null,
): Promise<void> {
  let user = known ?? (await chat.users.get(userId, "strong"));
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (!user) return;
    const change = plan(user);
    if (!change) return;
    const result = await chat.users.changePresence(userId, user.revision, change);
    if (result.type === "changed") return;
    user = result.user;
    await chat.clock.pause(chat.random.fraction() * Math.min(100, 2 ** tries));
  }
  throw new Error(`The presence record was changed by others ${MAX_TRIES} times in a row.`);
}
