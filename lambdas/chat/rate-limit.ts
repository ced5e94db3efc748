import { Refusal } from "./model/refusal.ts";
import type { AllowanceStore, RateKind } from "./ports.ts";

/** How much of a rate may be used at once, and the most that the table gives out ahead, in milliseconds of it. */
const BURST_MS = 1_000;
/** A lease that is not used up by then is lost, so that environments cannot hoard. */
const LEASE_MS = 5_000;
/** An environment that needed a lease gives nothing of its own for so long. */
const BUSY_MS = 10_000;
/** A user untouched for so long has all they could have. */
const FORGET_MS = 20_000;
/** The share of the rate, as a part of a second's worth, that an environment gives without asking. */
const FREE_SHARE = 1 / 5;
/** What of the free share comes back each second, as a part of the rate. */
const FREE_REFILL = 1 / 20;

/** Takes from a user's rate. */
export interface Limit {
  /**
   * Takes `weight` (never more than a second's worth).
   *
   * @throws Refusal `RATE_LIMITED` with the seconds to wait
   */
  take(userId: string, weight?: number): Promise<void>;
}

/** The limits of one function environment, by what they count. */
export type Limits = Readonly<Record<RateKind, Limit>>;

/** How often a second each kind is allowed, per user; 0 is without limit. */
export type Rates = Readonly<Record<RateKind, number>>;

/** What the limits of one environment share. */
interface Environment {
  readonly allowances: Pick<AllowanceStore, "lease">;
  readonly clock: { now(): number };
  /** When it was first asked; null before. */
  firstAskedAt: number | null;
}

const WHAT: Readonly<Record<RateKind, string>> = {
  sends: "messages",
  typing: "typing signals",
  reads: "reads",
  joins: "joins and leaves",
  lookups: "look-ups of people",
};

/** The limits of a function environment that shares `allowances` with all others. */
export function createLimits(
  rates: Rates,
  allowances: Environment["allowances"],
  clock: Environment["clock"],
): Limits {
  const environment: Environment = { allowances, clock, firstAskedAt: null };
  const limit = (kind: RateKind): Limit => new RateLimiter(kind, rates[kind], environment);
  return {
    sends: limit("sends"),
    typing: limit("typing"),
    reads: limit("reads"),
    joins: limit("joins"),
    lookups: limit("lookups"),
  };
}

/** What an environment knows of one user. */
interface Standing {
  /** Left of the rate as far as this environment alone can tell. */
  tokens: number;
  /** Left of the share that costs no write. */
  free: number;
  refilledAt: number;
  lease: { left: number; readonly size: number; readonly until: number };
  /** Until when it gives nothing of its own. */
  busyUntil: number;
  /** Until when it refuses without asking. */
  refusedUntil: number;
  /** Up to when the rate was given out when the table last said. */
  givenUntil: number;
}

/**
 * A rate that binds one user across function environments, at no write in ordinary use. Each environment gives
 * a small share of its own; whoever wants more takes leases of a few from the user's item, which gives out no
 * more than the rate. So n environments that have been quiet let pass n shares more than the rate, once; one
 * that is asked for the first time ever, as a crowd of frames starts crowds of them, gives no share at all.
 * docs/operations.md has the figures.
 */
class RateLimiter implements Limit {
  readonly #kind: RateKind;
  readonly #perSecond: number;
  readonly #environment: Environment;
  readonly #users = new Map<string, Standing>();

  constructor(kind: RateKind, perSecond: number, environment: Environment) {
    this.#kind = kind;
    this.#perSecond = perSecond;
    this.#environment = environment;
  }

  async take(userId: string, weight = 1): Promise<void> {
    if (this.#perSecond <= 0) return;
    const now = this.#environment.clock.now();
    const wanted = Math.min(weight, this.#capacity);
    const user = this.#standing(userId, now);
    if (now < user.refusedUntil) throw this.#refusal(user.refusedUntil - now);
    if (user.tokens < wanted) throw this.#refusal(((wanted - user.tokens) / this.#perSecond) * 1000);
    user.tokens -= wanted;
    if (user.lease.until > now && user.lease.left >= wanted) user.lease.left -= wanted;
    else if (this.#givesFreely(user, now) && user.free >= wanted) user.free -= wanted;
    else await this.#takeLease(userId, user, wanted, now);
  }

  get #capacity(): number {
    return Math.max(1, this.#perSecond * (BURST_MS / 1000));
  }

  get #freeCapacity(): number {
    return Math.max(1, Math.floor(this.#perSecond * FREE_SHARE));
  }

  /** An environment asked for the first time was started for this request: others may have been, with it. */
  #givesFreely(user: Standing, now: number): boolean {
    const isFirst = this.#environment.firstAskedAt === null;
    this.#environment.firstAskedAt ??= now;
    return !isFirst && now >= user.busyUntil;
  }

  async #takeLease(userId: string, user: Standing, wanted: number, now: number): Promise<void> {
    const usedUp = user.lease.until > now && user.lease.left < 1;
    const most = Math.max(1, Math.floor(this.#perSecond / 2));
    // Grown by use alone: a crowd of environments with one request each must not split the rate among few.
    const size = usedUp ? Math.min(most, 2 * user.lease.size) : 1;
    user.busyUntil = now + BUSY_MS;
    const lease = await this.#environment.allowances.lease(userId, this.#kind, {
      most: Math.max(wanted, size),
      least: wanted,
      perSecond: this.#perSecond,
      burstMs: BURST_MS,
      now,
      givenUntil: user.givenUntil,
    });
    user.givenUntil = lease.givenUntil;
    if (lease.count >= wanted) {
      const left = lease.count - wanted + (user.lease.until > now ? user.lease.left : 0);
      user.lease = { left, size, until: now + LEASE_MS };
      return;
    }
    user.tokens += wanted;
    const ahead = lease.givenUntil + (wanted / this.#perSecond) * 1000 - BURST_MS - now;
    // A refusal is worth a write: asked again before it can turn out otherwise, it would be one a request.
    user.refusedUntil = now + Math.max(1000, ahead);
    throw this.#refusal(user.refusedUntil - now);
  }

  #refusal(waitMs: number): Refusal {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    return new Refusal("RATE_LIMITED", `Too many ${WHAT[this.#kind]}; try again in ${seconds} s.`, seconds);
  }

  /** As it is after what time has brought back. */
  #standing(userId: string, now: number): Standing {
    const known = this.#users.get(userId) ?? this.#newcomer(now);
    const seconds = Math.max(0, now - known.refilledAt) / 1000;
    known.tokens = Math.min(this.#capacity, known.tokens + seconds * this.#perSecond);
    known.free = Math.min(this.#freeCapacity, known.free + seconds * this.#perSecond * FREE_REFILL);
    known.refilledAt = now;
    this.#users.delete(userId);
    this.#users.set(userId, known);
    this.#forget(now);
    return known;
  }

  #newcomer(now: number): Standing {
    return {
      tokens: this.#capacity,
      free: this.#freeCapacity,
      refilledAt: now,
      lease: { left: 0, size: 0, until: 0 },
      busyUntil: 0,
      refusedUntil: 0,
      givenUntil: 0,
    };
  }

  /** They stand in the order in which they were last touched. */
  #forget(now: number): void {
    for (const [userId, { refilledAt }] of this.#users) {
      if (now - refilledAt < FORGET_MS) return;
      this.#users.delete(userId);
    }
  }
}
