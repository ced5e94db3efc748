import { describe, expect, it } from "vitest";
import { RateLimiter } from "../../../lambdas/chat/rate-limit.ts";
import { Refusal } from "../../../lambdas/chat/model/refusal.ts";

function taken(limiter: RateLimiter, userId: string, now: number): true | number | null {
  try {
    limiter.take(userId, now);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe("RATE_LIMITED");
    return error.retryAfterSeconds;
  }
}

describe("the rate limiter", () => {
  it("lets a second's worth pass at once, then as many as refill", () => {
    const limiter = new RateLimiter(3, "messages");
    expect([0, 0, 0, 0].map((now) => taken(limiter, "ann", now))).toEqual([true, true, true, 1]);
    expect([332, 334, 335].map((now) => taken(limiter, "ann", now))).toEqual([1, true, 1]);
    expect([10_000, 10_000, 10_000, 10_000].map((now) => taken(limiter, "ann", now))).toEqual([
      true,
      true,
      true,
      1,
    ]);
  });

  it("holds over a long time what it says a second", () => {
    const limiter = new RateLimiter(5, "messages");
    let passed = 0;
    for (let now = 0; now < 60_000; now += 20) passed += taken(limiter, "ann", now) === true ? 1 : 0;
    expect(passed).toBeGreaterThanOrEqual(5 * 60 - 5);
    expect(passed).toBeLessThanOrEqual(5 * 60 + 5);
  });

  it("counts each user apart", () => {
    const limiter = new RateLimiter(1, "messages");
    expect(taken(limiter, "ann", 0)).toBe(true);
    expect(taken(limiter, "__proto__", 0)).toBe(true);
    expect(taken(limiter, "ann", 0)).toBe(1);
  });

  it("says how long to wait", () => {
    const limiter = new RateLimiter(0.1, "messages");
    expect(taken(limiter, "ann", 0)).toBe(true);
    expect(taken(limiter, "ann", 0)).toBe(10);
    expect(taken(limiter, "ann", 6_000)).toBe(4);
    expect(taken(limiter, "ann", 10_100)).toBe(true);
  });

  it("lets everything pass at rate 0", () => {
    const limiter = new RateLimiter(0, "messages");
    for (let count = 0; count < 1_000; count += 1) expect(taken(limiter, "ann", 0)).toBe(true);
  });

  it("forgets nobody who still has to wait, however many others come", () => {
    const limiter = new RateLimiter(1, "messages");
    expect(taken(limiter, "ann", 0)).toBe(true);
    for (let user = 0; user < 3_000; user += 1) taken(limiter, `user-${user}`, 500);
    expect(taken(limiter, "ann", 600)).toBe(1);
  });
});
