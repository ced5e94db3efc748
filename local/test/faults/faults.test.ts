import { expect, test } from "vitest";
import { createFaults, type Faults } from "../../faults/faults.ts";
import type { FaultSet } from "../../faults/fault-set.ts";

const times = <T>(count: number, decide: () => T): T[] => Array.from({ length: count }, decide);

function drawn(seed: number): unknown {
  const faults = createFaults();
  faults.set({ ...ALL, seed });
  return decisionsOf(faults);
}

const ALL: FaultSet = {
  loseDisconnect: 0.5,
  push: [{ status: 429, share: 0.5 }],
  database: { error: { name: "InternalServerError", share: 0.5 }, delayMs: 0 },
  stream: { delayMs: 0, duplicateShare: 0.5 },
};

function decisionsOf(faults: Faults): unknown {
  return {
    lost: times(40, () => faults.losesDisconnect()),
    pushed: times(40, () => faults.planPush("a")),
    called: times(40, () => faults.planCall({ functionName: "Fn", operation: "PutItem", nth: 1 })),
    delivered: times(40, () => faults.planDelivery().isDoubled),
  };
}

test("the same seed decides alike, another one otherwise", () => {
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
});

test("each kind has its own sequence: more of one moves none of the others", () => {
  const [quiet, busy] = [createFaults(), createFaults()];
  quiet.set({ ...ALL, seed: 3 });
  busy.set({ ...ALL, seed: 3 });
  times(17, () => busy.losesDisconnect());
  expect(times(40, () => busy.planPush("a"))).toEqual(times(40, () => quiet.planPush("a")));
});

test("posting the same set again begins anew", () => {
  const faults = createFaults();
  faults.set({ ...ALL, seed: 5 });
  const first = decisionsOf(faults);
  faults.set({ ...ALL, seed: 5 });
  expect(decisionsOf(faults)).toEqual(first);
});

test.each([0, 0.1, 0.5, 1])("a share of %d is kept to", (share) => {
  const faults = createFaults();
  faults.set({ seed: 11, loseDisconnect: share });
  const lost = times(4_000, () => faults.losesDisconnect()).filter(Boolean).length;
  expect(Math.abs(lost / 4_000 - share)).toBeLessThan(0.02);
});

test("without a seed one is chosen and shown, so that a run can be repeated", () => {
  const faults = createFaults();
  faults.set(ALL);
  const { seed } = faults.current();
  const first = decisionsOf(faults);
  faults.set({ ...ALL, seed: seed as number });
  expect(decisionsOf(faults)).toEqual(first);
});

test("a push meets the first rule that applies to its connection", () => {
  const faults = createFaults();
  faults.set({
    push: [
      { status: 410, share: 1, connectionId: "a" },
      { delayMs: 50, share: 1, connectionId: "slow" },
      { status: 500, share: 0 },
      { status: 429, share: 1 },
    ],
  });
  expect(faults.planPush("a")).toEqual({ status: 410, delayMs: 0 });
  expect(faults.planPush("b")).toEqual({ status: 429, delayMs: 0 });
  expect(faults.planPush("slow")).toEqual({ status: null, delayMs: 50 });
});

test("a kill strikes its function at its call, as often as it was told, and is then gone", () => {
  const faults = createFaults();
  faults.set({ kill: { function: "websocket", when: "after", call: 2, times: 2 } });
  const plan = (functionName: string, nth: number | null): string =>
    faults.planCall({ functionName, operation: "PutItem", nth }).type;
  expect(plan("WebSocketFunction", 1)).toBe("forward");
  expect(plan("WebSocketFunction", null)).toBe("forward");
  expect(plan("HttpFunction", 2)).toBe("forward");
  expect(plan("WebSocketFunction", 2)).toBe("kill");
  expect(faults.current()).toMatchObject({ kill: { times: 1 } });
  expect(plan("WebSocketFunction", 2)).toBe("kill");
  expect(faults.current()).not.toHaveProperty("kill");
  expect(plan("WebSocketFunction", 2)).toBe("forward");
});

test("only an InternalServerError on a write may have taken effect, about half the time", () => {
  const faults = createFaults();
  const hidden = (operation: string): number =>
    times(1_000, () => faults.planCall({ functionName: "Fn", operation, nth: 1 })).filter(
      (plan) => plan.type === "error" && plan.tookEffect,
    ).length;
  faults.set({ seed: 1, database: { error: { name: "InternalServerError", share: 1 }, delayMs: 0 } });
  expect(hidden("TransactWriteItems")).toBeGreaterThan(450);
  expect(hidden("TransactWriteItems")).toBeLessThan(550);
  expect(hidden("Query")).toBe(0);
  faults.set({ seed: 1, database: { error: { name: "ThrottlingException", share: 1 }, delayMs: 0 } });
  expect(hidden("PutItem")).toBe(0);
});

test("a transaction conflict strikes writes of items and transactions only", () => {
  const faults = createFaults();
  const error = { name: "TransactionConflictException", share: 1 } as const;
  faults.set({ database: { error, delayMs: 0 } });
  const struck = ["GetItem", "Query", "BatchWriteItem", "PutItem", "TransactGetItems", "TransactWriteItems"];
  const types = struck.map((operation) => faults.planCall({ functionName: "Fn", operation, nth: 1 }).type);
  expect(types).toEqual(["forward", "forward", "forward", "error", "error", "error"]);
});

test("clearing leaves nothing, and ends the waits", async () => {
  const faults = createFaults();
  faults.set({ ...ALL, loseDisconnect: 1, clockSkewMs: new Map([["http", 5]]) });
  expect(faults.clockSkewMs("HttpFunction")).toBe(5);
  const waiting = faults.wait(600_000);
  faults.clear();
  await waiting;
  expect(faults.current()).toEqual({});
  expect(faults.losesDisconnect()).toBe(false);
  expect(faults.planPush("a")).toEqual({ status: null, delayMs: 0 });
  expect(faults.clockSkewMs("HttpFunction")).toBe(0);
  expect(faults.planCall({ functionName: "Fn", operation: "PutItem", nth: 1 })).toEqual({
    type: "forward",
    delayMs: 0,
  });
});

test("what came true is counted by kind, across sets, and nothing else is", () => {
  const faults = createFaults();
  const call = (operation: string, nth: number | null = 1): unknown =>
    faults.planCall({ functionName: "HttpFunction", operation, nth });
  call("PutItem");
  faults.losesDisconnect();
  faults.planDelivery();
  expect(faults.injected.all()).toEqual({});

  faults.set({
    loseDisconnect: 1,
    push: [
      { status: 410, share: 1, connectionId: "a" },
      { delayMs: 1, share: 1, connectionId: "slow" },
    ],
    kill: { function: "http", when: "after", call: 2, times: 1 },
    database: { error: { name: "ThrottlingException", share: 1 }, delayMs: 5 },
    stream: { delayMs: 5, duplicateShare: 1 },
    clockSkewMs: new Map([["http", 5]]),
  });
  faults.losesDisconnect();
  faults.planPush("a");
  faults.planPush("b");
  faults.planPush("slow");
  call("PutItem");
  call("PutItem", 2);
  faults.planDelivery();
  faults.clockSkewMs("HttpFunction");
  faults.clockSkewMs("WebSocketFunction");
  faults.set({ loseDisconnect: 0, stream: { delayMs: 0, duplicateShare: 0 } });
  faults.losesDisconnect();
  faults.planDelivery();
  expect(faults.injected.all()).toEqual({
    loseDisconnect: 1,
    "push.410": 1,
    "push.delay": 1,
    "kill.after": 1,
    "database.ThrottlingException": 1,
    "database.delay": 1,
    "stream.delay": 1,
    "stream.duplicate": 1,
    clockSkew: 1,
  });

  faults.set({ seed: 1, database: { error: { name: "InternalServerError", share: 1 }, delayMs: 0 } });
  const hidden = times(100, () =>
    faults.planCall({ functionName: "HttpFunction", operation: "PutItem", nth: 1 }),
  ).filter((plan) => plan.type === "error" && plan.tookEffect).length;
  expect(faults.injected.all()).toMatchObject({
    "database.InternalServerError": 100,
    "database.hiddenWrite": hidden,
  });
});
