import type { StoredClaims } from "./model/profile.ts";
import type { Head, MemberRecord, UserRecord } from "./model/records.ts";

/**
 * What a warm function remembers between invocations. Only facts that cannot turn false are relied on (a
 * pair's participants, that a slot once seen is filled, a conversation id), and for a few seconds on blocks;
 * everything else in a remembered head is a guess that a condition checks.
 */
export interface Memory {
  readonly heads: Remembered<Head>;
  /** When the head that is remembered was last read, or written, by its conversation. */
  readonly headTimes: Remembered<number>;
  /**
   * Claims as stored at a time, until when the user is signed out, and when the latest token was issued that this
   * environment has met, by user.
   */
  readonly claims: Remembered<KnownUser>;
  /** Conversations seen complete, and in the list of whoever asked: by who asked for whom. */
  readonly pairs: Remembered<string>;
  /** When a user last signalled typing, by conversation and user; gone once it has ended. */
  readonly typing: Remembered<number>;
  /** Connections that act though no record knows them, by id: once taken off, none comes back. */
  readonly strays: Remembered<true>;
  /** The hours in which conversations made are counted, by user. */
  readonly countingHours: Remembered<CountingHour>;
  /** Whom to tell in a group, by conversation: only as of the message that the head says changed it last. */
  readonly rosters: Remembered<Roster>;
}

/** Who belongs to a group. */
export interface Roster {
  /** The `membershipSeq` of the head it was read after. */
  readonly asOf: number;
  readonly members: readonly RosterEntry[];
}

/** What of a member does not change without `membershipSeq`. */
export type RosterEntry = Pick<MemberRecord, "userId" | "role" | "joinedSeq">;

/** A thousand members of a roster take some 150 KB. */
const ROSTERS = 100;

/** An empty memory, of at most `capacity` entries a kind. */
export const createMemory = (capacity = 5_000): Memory => ({
  heads: new Remembered(capacity),
  headTimes: new Remembered(capacity),
  claims: new Remembered(capacity),
  pairs: new Remembered(capacity),
  typing: new Remembered(capacity),
  strays: new Remembered(capacity),
  countingHours: new Remembered(capacity),
  rosters: new Remembered(Math.min(ROSTERS, capacity)),
});

/** What is known of a user since `at`. */
export type KnownUser = StoredClaims &
  Pick<UserRecord, "signedOutAt"> & { readonly at: number; readonly latestIssue: number };

/** When a user's hour began, and until when it is known to be full. */
export interface CountingHour {
  readonly from: number;
  readonly fullUntil: number;
}

/** A map that forgets what was used longest ago. */
export class Remembered<T> {
  readonly #entries = new Map<string, T>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): T | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
  }
}
