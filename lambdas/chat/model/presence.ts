import type { Connection, PresenceState, UserRecord } from "./records.ts";

/**
 * Presence as a state machine on the user's record: every function takes the record as read and gives the
 * change to write on condition that its revision is unchanged. `version` moves only where peers are told:
 * off → on and → off.
 */
export interface PresenceChange {
  readonly add: Connection | null;
  readonly remove: readonly string[];
  readonly state: PresenceState;
  readonly version: number;
  readonly lastSeenAt: number | null;
  /** Missing: as it was. */
  readonly signedOutAt?: number;
  /** When the change was made. */
  readonly at: number;
}

/** What peers may have to hear of: a record has moved from one state to another. */
export interface Transition {
  readonly userId: string;
  readonly from: PresenceState;
  readonly to: PresenceState;
  readonly version: number;
  readonly lastSeenAt: number | null;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
}

/** The figures presence goes by. */
export interface PresenceRules {
  /** How long after the last connection a user still counts as online, in milliseconds. */
  readonly graceMs: number;
  readonly maxConnections: number;
}

const isLive = (connection: Connection, now: number): boolean => connection.lease > now;

/** Those whose lease has not run out. */
const liveConnections = (user: UserRecord, now: number): readonly Connection[] =>
  user.connections.filter((connection) => isLive(connection, now));

/** A connection arrives. Expired ones are dropped; above the limit the oldest live ones are evicted. */
export function connect(
  user: UserRecord,
  connection: Connection,
  now: number,
  rules: PresenceRules,
): { readonly change: PresenceChange; readonly evicted: readonly string[] } {
  const others = user.connections.filter(({ id }) => id !== connection.id);
  const live = others.filter((other) => isLive(other, now)).sort((a, b) => a.since - b.since);
  const evicted = live.slice(0, Math.max(0, live.length + 1 - rules.maxConnections)).map(({ id }) => id);
  const expired = others.filter((other) => !isLive(other, now)).map(({ id }) => id);
  return {
    evicted,
    change: {
      add: connection,
      remove: [...expired, ...evicted],
      state: "on",
      version: user.state === "off" ? user.version + 1 : user.version,
      lastSeenAt: user.lastSeenAt,
      at: now,
    },
  };
}

/** Connections are gone: closed, found dead by a push, or expired. Null where nothing would change. */
export function disconnect(
  user: UserRecord,
  gone: readonly string[],
  now: number,
  rules: PresenceRules,
): PresenceChange | null {
  const remove = user.connections
    .filter((connection) => gone.includes(connection.id) || !isLive(connection, now))
    .map(({ id }) => id);
  if (remove.length === 0) return null;
  const empty = remove.length === user.connections.length;
  return { add: null, remove, at: now, ...(empty ? afterTheLast(user, now, rules) : standing(user)) };
}

/**
 * Signed out: all connections are gone and none comes back, in one change, so that whoever is just being let in
 * with an older token loses the race for the record and finds it.
 */
export function signOut(user: UserRecord, now: number, rules: PresenceRules): PresenceChange {
  const all = user.connections.map(({ id }) => id);
  const left = disconnect(user, all, now, rules) ?? { add: null, remove: [], at: now, ...standing(user) };
  return { ...left, signedOutAt: Math.max(now / 1000, user.signedOutAt ?? 0) };
}

/**
 * Whether a token of theirs issued at `issuedAt` (seconds since the epoch; null: it does not say) counts no more.
 * Most issuers name the second only: what is of the very second of the signing out may be from before it.
 */
export const isSignedOut = (
  { signedOutAt }: Pick<UserRecord, "signedOutAt">,
  issuedAt: number | null,
): boolean => signedOutAt !== null && (issuedAt === null || issuedAt <= signedOutAt);

/** The grace is over: `leaving` becomes `off`, if it is still the leave that `lastSeenAt` names. */
export function settle(user: UserRecord, lastSeenAt: number, now: number): PresenceChange | null {
  if (user.state !== "leaving" || user.lastSeenAt !== lastSeenAt) return null;
  return { add: null, remove: [], state: "off", version: user.version + 1, lastSeenAt, at: now };
}

/**
 * What the sweep finds: leases that ran out without a `$disconnect`, and a leave whose grace is long over.
 * A user whose last lease ran out was last seen no later than that.
 */
export function expire(user: UserRecord, now: number, rules: PresenceRules): PresenceChange | null {
  if (user.state === "leaving" && now >= (user.lastSeenAt ?? 0) + rules.graceMs) {
    return settle(user, user.lastSeenAt ?? 0, now);
  }
  if (user.state !== "on") return null;
  const remove = user.connections.filter((connection) => !isLive(connection, now)).map(({ id }) => id);
  if (remove.length < user.connections.length) {
    return remove.length === 0 ? null : { add: null, remove, at: now, ...standing(user) };
  }
  const lastLease = Math.max(0, ...user.connections.map(({ lease }) => lease));
  const lastSeenAt = user.connections.length === 0 ? now : Math.min(now, lastLease);
  return { add: null, remove, state: "off", version: user.version + 1, lastSeenAt, at: now };
}

/** Whether a reader may say online: an expired lease counts as gone before anything has cleaned it up. */
export function isOnline(user: UserRecord, now: number, rules: PresenceRules): boolean {
  switch (user.state) {
    case "off":
      return false;
    case "leaving":
      return now < (user.lastSeenAt ?? 0) + rules.graceMs;
    case "on":
      return liveConnections(user, now).length > 0;
  }
}

const standing = ({
  state,
  version,
  lastSeenAt,
}: UserRecord): Pick<UserRecord, "state" | "version" | "lastSeenAt"> => ({
  state,
  version,
  lastSeenAt,
});

function afterTheLast(
  user: UserRecord,
  now: number,
  rules: PresenceRules,
): Pick<UserRecord, "state" | "version" | "lastSeenAt"> {
  if (user.state !== "on") return standing(user);
  return rules.graceMs > 0
    ? { state: "leaving", version: user.version, lastSeenAt: now }
    : { state: "off", version: user.version + 1, lastSeenAt: now };
}
