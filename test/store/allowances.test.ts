import { beforeAll, beforeEach, expect, it } from "vitest";
import type { AllowanceStore } from "../../lambdas/chat/ports.ts";
import { createAllowanceStore } from "../../lambdas/store/allowances.ts";
import { describeOnEngine } from "../support/engine.ts";
import { freshUserId } from "../support/made-records.ts";

const NOW = Date.UTC(2030, 0, 1);

describeOnEngine("the allowance store", (table) => {
  let allowances: AllowanceStore;
  let me: string;
  beforeAll(() => {
    allowances = createAllowanceStore(table());
  });
  beforeEach(() => {
    me = freshUserId();
    table().meter.reset();
  });

  const lease = (most: number, { now = NOW, least = 1, perSecond = 10, givenUntil = 0 } = {}) =>
    allowances.lease(me, "sends", { most, least, perSecond, burstMs: 1_000, now, givenUntil });

  it("gives a second's worth, then what time brings back", async () => {
    expect(await lease(4)).toEqual({ count: 4, givenUntil: NOW + 400 });
    expect(await lease(4)).toEqual({ count: 4, givenUntil: NOW + 800 });
    expect(await lease(4)).toEqual({ count: 2, givenUntil: NOW + 1_000 });
    expect(await lease(4)).toEqual({ count: 0, givenUntil: NOW + 1_000 });
    expect(await lease(4, { now: NOW + 150 })).toEqual({ count: 1, givenUntil: NOW + 1_100 });
    expect(await lease(4, { now: NOW + 9_000 })).toEqual({ count: 4, givenUntil: NOW + 9_400 });
  });

  it("gives nothing where it is less than is of use", async () => {
    await lease(8);
    expect(await lease(4, { least: 3 })).toEqual({ count: 0, givenUntil: NOW + 800 });
    expect(await lease(4, { least: 2 })).toEqual({ count: 2, givenUntil: NOW + 1_000 });
  });

  it("costs one write where the guess is right, and none where nothing can be left", async () => {
    const { givenUntil } = await lease(5);
    await lease(5, { givenUntil });
    expect(table().meter.counts).toEqual({ UpdateItem: 2 });
    expect(table().meter.writeUnits).toBe(2);
    await lease(5, { givenUntil: NOW + 1_000 });
    expect(table().meter.counts).toEqual({ UpdateItem: 2 });
  });

  it.each([3, 10, 700])("gives no more than %i a second, however many ask at once", async (perSecond) => {
    const at = async (now: number): Promise<number> => {
      const leases = await Promise.all(
        Array.from({ length: 60 }, () => lease(Math.ceil(perSecond / 5), { now, perSecond })),
      );
      return leases.reduce((sum, { count }) => sum + count, 0);
    };
    expect(await at(NOW)).toBe(perSecond);
    expect(await at(NOW + 2_000)).toBe(perSecond);
  });

  it("keeps one item a user, each kind apart", async () => {
    await lease(10);
    const joins = { most: 1, least: 1, perSecond: 1, burstMs: 1_000, now: NOW, givenUntil: 0 };
    expect(await allowances.lease(me, "joins", joins)).toEqual({ count: 1, givenUntil: NOW + 1_000 });
    expect(await lease(1)).toMatchObject({ count: 0 });
  });
});

describeOnEngine("the count of conversations", (table) => {
  const HOUR = 60 * 60 * 1_000;
  let allowances: AllowanceStore;
  let me: string;
  beforeAll(() => {
    allowances = createAllowanceStore(table());
  });
  beforeEach(() => {
    me = freshUserId();
    table().meter.reset();
  });

  const count = (perHour: number, now = NOW, from: number | null = null) =>
    allowances.countConversation(me, { perHour, hourMs: HOUR, now, from });

  it("begins an hour with the first, and another when it is over", async () => {
    expect(await count(2)).toEqual({ type: "counted", from: NOW });
    expect(await count(2, NOW + 5)).toEqual({ type: "counted", from: NOW });
    expect(await count(2, NOW + HOUR - 1)).toEqual({ type: "full", from: NOW });
    expect(await count(2, NOW + HOUR)).toEqual({ type: "counted", from: NOW + HOUR });
    expect(await count(2, NOW + HOUR)).toEqual({ type: "counted", from: NOW + HOUR });
    expect(await count(2, NOW + HOUR)).toEqual({ type: "full", from: NOW + HOUR });
  });

  it("costs one write for the first, and for each that knows when the hour began", async () => {
    const { from } = await count(30);
    await count(30, NOW + 1, from);
    expect(table().meter.writeUnits).toBe(2);
  });

  it("is exact, however many at once", async () => {
    const types = await Promise.all(Array.from({ length: 60 }, async () => (await count(30)).type));
    expect(types.filter((type) => type === "counted")).toHaveLength(30);
  });

  it("gives back what was counted for nothing, in its hour", async () => {
    await count(1);
    await allowances.uncountConversation(me, NOW - 1);
    expect(await count(1)).toMatchObject({ type: "full" });
    await allowances.uncountConversation(me, NOW);
    await allowances.uncountConversation(me, NOW);
    expect(await count(1)).toMatchObject({ type: "counted" });
    expect(await count(1)).toMatchObject({ type: "full" });
  });

  it("stands beside the rates", async () => {
    const lease = { most: 1, least: 1, perSecond: 1, burstMs: 1_000, now: NOW, givenUntil: 0 };
    await allowances.lease(me, "sends", lease);
    expect(await count(1)).toEqual({ type: "counted", from: NOW });
    expect(await allowances.lease(me, "sends", lease)).toMatchObject({ count: 0 });
  });
});
