import { Refusal } from "./model/refusal.ts";

/**
 * A token bucket per user, in the memory of one function environment: no round trip, and so a user whose
 * requests meet n environments may reach n times the rate. The exact cap is the stage's throttle.
 */
export class RateLimiter {
  readonly #perSecond: number;
  readonly #what: string;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** `perSecond` 0 switches the limit off. */
  constructor(perSecond: number, what: string) {
    this.#perSecond = perSecond;
    this.#what = what;
  }

  /** Takes one token or throws `RATE_LIMITED` with the seconds to wait. */
  take(userId: string, now: number): void {
    if (this.#perSecond <= 0) return;
    const capacity = Math.max(1, this.#perSecond);
    const bucket = this.#buckets.get(userId) ?? { tokens: capacity, at: now };
    const refilled = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond);
    if (refilled < 1) {
      this.#buckets.set(userId, { tokens: refilled, at: now });
      const seconds = Math.max(1, Math.ceil((1 - refilled) / this.#perSecond));
      throw new Refusal("RATE_LIMITED", `Too many ${this.#what}; try again in ${seconds} s.`, seconds);
    }
    this.#buckets.delete(userId);
    this.#buckets.set(userId, { tokens: refilled - 1, at: now });
    this.#forgetFull(now);
  }

  /** A bucket untouched for a second's worth of refills is full: forgetting it changes nothing. */
  #forgetFull(now: number): void {
    for (const [userId, { at }] of this.#buckets) {
      if (this.#buckets.size <= 1_000 && now - at < 60_000) return;
      if (now - at < 1_000) return;
      this.#buckets.delete(userId);
    }
  }
}
