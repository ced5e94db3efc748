import { describe, expect, it } from "vitest";
import { Refusal } from "../../../lambdas/chat/model/refusal.ts";
import type { AllowanceStore } from "../../../lambdas/chat/ports.ts";
import { createLimits, type Limit } from "../../../lambdas/chat/rate-limit.ts";
import { memoryAllowances } from "../../support/memory/allowances.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { CALM } from "../../support/memory/hooks.ts";

/** Function environments over one table, and a clock that the test sets. */
function region(perSecond: number) {
  const clock = { at: 0, now: () => clock.at };
  const shared = memoryAllowances(new MemoryDatabase(), CALM);
  const spent = { writes: 0 };
  const start = (): Limit => {
    const lease: AllowanceStore["lease"] = (...request) => {
      spent.writes += 1;
      return shared.lease(...request);
    };
    const rates = { sends: perSecond, typing: 0, reads: 0, joins: 0, lookups: perSecond };
    return createLimits(rates, { lease }, clock).sends;
  };
  const startWarm = async (): Promise<Limit> => {
    const limit = start();
    await limit.take(`somebody ${Math.random()}`);
    spent.writes -= 1;
    return limit;
  };
  return {
    clock,
    spent,
    /** An environment that has not been asked yet. */
    start,
    /** One that others have kept warm. */
    startWarm,
  };
}

/** Whether it was let pass, or the seconds to wait. */
async function taken(limit: Limit, userId = "ann", weight?: number): Promise<true | number | null> {
  try {
    await limit.take(userId, weight);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe("RATE_LIMITED");
    return error.retryAfterSeconds;
  }
}

describe("in one environment", () => {
  const at = async (perSecond: number, times: readonly number[]) => {
    const { clock, start } = region(perSecond);
    const limit = start();
    const answers = [];
    for (const time of times) {
      clock.at = time;
      answers.push(await taken(limit));
    }
    return answers;
  };

  it("lets a second's worth pass at once, then as many as refill", async () => {
    expect(await at(3, [1, 1, 1, 1])).toEqual([true, true, true, 1]);
    expect(await at(3, [1, 1, 1, 333, 336, 337])).toEqual([true, true, true, 1, true, 1]);
    expect(await at(3, [1, 1, 1, 10_001, 10_001, 10_001, 10_001])).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      1,
    ]);
  });

  it("holds over a long time what it says a second", async () => {
    const { clock, start } = region(5);
    const limit = start();
    let passed = 0;
    for (clock.at = 0; clock.at < 60_000; clock.at += 20) passed += (await taken(limit)) === true ? 1 : 0;
    expect(passed).toBeGreaterThanOrEqual(5 * 60 - 5);
    expect(passed).toBeLessThanOrEqual(5 * 60 + 5);
  });

  it("counts each user apart, and each kind", async () => {
    const { start } = region(1);
    const limit = start();
    expect(await taken(limit)).toBe(true);
    expect(await taken(limit, "__proto__")).toBe(true);
    expect(await taken(limit)).toBe(1);
    const limits = createLimits(
      { sends: 1, typing: 0, reads: 0, joins: 0, lookups: 1 },
      memoryAllowances(new MemoryDatabase(), CALM),
      { now: () => 0 },
    );
    expect(await taken(limits.sends)).toBe(true);
    expect(await taken(limits.lookups)).toBe(true);
    expect(await taken(limits.sends)).toBe(1);
  });

  it("lets everything pass at rate 0, and asks nobody", async () => {
    const { start, spent } = region(0);
    const limit = start();
    for (let count = 0; count < 1_000; count += 1) expect(await taken(limit)).toBe(true);
    expect(spent.writes).toBe(0);
  });

  it("counts what weighs more as more, and lets the heaviest pass when nothing else does", async () => {
    const { clock, start } = region(10);
    const limit = start();
    expect(await taken(limit, "ann", 6)).toBe(true);
    expect(await taken(limit, "ann", 6)).toBe(1);
    clock.at = 3_000;
    expect(await taken(limit, "ann", 50)).toBe(true);
    expect(await taken(limit)).toBe(1);
  });

  it("forgets nobody who still has to wait, however many others come", async () => {
    const { clock, start } = region(1);
    const limit = start();
    expect(await taken(limit)).toBe(true);
    clock.at = 500;
    for (let user = 0; user < 3_000; user += 1) await taken(limit, `user-${user}`);
    clock.at = 600;
    expect(await taken(limit)).toBe(1);
  });
});

describe("over many environments", () => {
  const RATE = 10;

  /** Sends of one user every `everyMs` for `seconds`, each met by the next environment in turn. */
  async function passed(
    { clock }: ReturnType<typeof region>,
    environments: readonly Limit[],
    everyMs: number,
    seconds: number,
  ): Promise<number> {
    let count = 0;
    const end = clock.at + seconds * 1_000;
    for (let turn = 0; clock.at < end; turn += 1, clock.at += everyMs) {
      if ((await taken(environments[turn % environments.length]!)) === true) count += 1;
    }
    return count;
  }

  it("a crowd of frames that starts a crowd of environments gets a second's worth", async () => {
    const many = region(RATE);
    const answers = await Promise.all(Array.from({ length: 60 }, () => taken(many.start())));
    expect(answers.filter((answer) => answer === true)).toHaveLength(RATE);
  });

  it("ten lanes get the rate, not ten times the rate", async () => {
    const many = region(RATE);
    const lanes = Array.from({ length: 10 }, () => many.start());
    const count = await passed(many, lanes, 10, 30);
    expect(count).toBeLessThanOrEqual(RATE * 31);
    expect(count).toBeGreaterThanOrEqual(RATE * 25);
  });

  it.each([10, 50])("%i that were warm give no more than a small share each beyond it", async (n) => {
    const many = region(RATE);
    const lanes: Limit[] = [];
    for (let lane = 0; lane < n; lane += 1) lanes.push(await many.startWarm());
    const count = await passed(many, lanes, 5, 30);
    expect(count).toBeLessThanOrEqual(RATE * 31 + n * (RATE / 5));
    expect(count).toBeGreaterThanOrEqual(RATE * 25);
  });

  it("never pass the stated bound, even where nobody is asked often enough to notice", async () => {
    const n = 20;
    const many = region(RATE);
    const lanes: Limit[] = [];
    for (let lane = 0; lane < n; lane += 1) lanes.push(await many.startWarm());
    // Each environment at just what comes back of its free share: half a send a second.
    const seconds = 60;
    const count = await passed(many, lanes, 1_000 / (n * (RATE / 20)), seconds);
    expect(count).toBeLessThanOrEqual(RATE * (seconds + 1) + n * (RATE / 5 + (RATE / 20) * seconds));
  });

  it("a refused user costs a write a second and environment, not one a request", async () => {
    const many = region(RATE);
    const lanes = Array.from({ length: 10 }, () => many.start());
    await passed(many, lanes, 1, 10);
    // At most a write for each send let through, and one for each second's refusal in each environment.
    expect(many.spent.writes).toBeLessThanOrEqual(RATE * 11 + 10 * 11);
  });
});

describe("in ordinary use", () => {
  it("writes nothing: a few at once, then one every two seconds, in an environment that is warm", async () => {
    const warm = region(10);
    const limit = await warm.startWarm();
    for (let minute = 0; minute < 5; minute += 1) {
      for (warm.clock.at += 6_000; warm.clock.at % 60_000 < 50_000; warm.clock.at += 2_000) {
        expect(await taken(limit)).toBe(true);
      }
      warm.clock.at = (minute + 1) * 60_000;
      expect([await taken(limit), await taken(limit)]).toEqual([true, true]);
    }
    expect(warm.spent.writes).toBe(0);
  });

  it("takes a write for several, where it is more than that", async () => {
    const warm = region(10);
    const limit = await warm.startWarm();
    for (let count = 0; count < 120; count += 1, warm.clock.at += 500) expect(await taken(limit)).toBe(true);
    expect(warm.spent.writes).toBeLessThanOrEqual(120 / 4);
  });
});
