import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DATABASE_ERRORS } from "../../faults/fault-set.ts";
import { startRig, TABLE, type Rig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());
afterEach(() => rig.faults.clear());

test("the calls of an invocation are recorded with operation, table and request units", async () => {
  await rig.call({ puts: ["recorded"], gets: ["recorded", "nothing"] });
  const [record] = rig.records.requests();
  const about = {
    table: TABLE.name,
    status: 200,
    startedAt: expect.any(Number) as number,
    isFault: false,
    ms: expect.any(Number) as number,
  };
  expect(record).toMatchObject({
    route: "test",
    function: "WriterFunction",
    status: 200,
    outcome: "ok",
    readUnits: 1,
    writeUnits: 1,
  });
  expect(record?.databaseCalls).toEqual([
    { ...about, operation: "PutItem", kind: "write", units: 1 },
    { ...about, operation: "GetItem", kind: "read", units: 0.5 },
    { ...about, operation: "GetItem", kind: "read", units: 0.5 },
  ]);
});

test("writes are told of, reads are not", async () => {
  let writes = 0;
  rig.proxy.onWrite(() => (writes += 1));
  await rig.call({ gets: ["told"] });
  expect(writes).toBe(0);
  await rig.call({ puts: ["told"], gets: ["told"] });
  expect(writes).toBe(1);
});

test("invocations at the same time have each their own calls", async () => {
  const sizes = [1, 2, 3, 4];
  const results = await Promise.all(
    sizes.map((size) => rig.invoke({ gets: Array.from({ length: size }, () => "x") })),
  );
  const calls = new Map(rig.records.requests().map((one) => [one.requestId, one.databaseCalls.length]));
  expect(results.map(({ requestId }) => calls.get(requestId))).toEqual(sizes);
});

test.each(DATABASE_ERRORS)("%s reaches the function as the SDK's own", async (name) => {
  rig.faults.set({ database: { error: { name, share: 1 }, delayMs: 0 } });
  const { outcomes } = await rig.call({ puts: [`never-${name}`] });
  expect(outcomes).toEqual([name]);
  expect(rig.records.requests()[0]?.databaseCalls).toMatchObject([{ error: name, isFault: true }]);
  if (name !== "InternalServerError") expect(await rig.isStored(`never-${name}`)).toBe(false);
  rig.faults.clear();
  expect((await rig.call({ puts: [`never-${name}`] })).outcomes).toEqual(["ok"]);
});

test("an InternalServerError may hide a write that took effect: half of them do, the same ones for a seed", async () => {
  const run = async (prefix: string): Promise<boolean[]> => {
    rig.faults.set({ seed: 4, database: { error: { name: "InternalServerError", share: 1 }, delayMs: 0 } });
    const puts = Array.from({ length: 20 }, (_, index) => `${prefix}-${index}`);
    const { outcomes } = await rig.call({ puts });
    expect(new Set(outcomes)).toEqual(new Set(["InternalServerError"]));
    return Promise.all(puts.map((pk) => rig.isStored(pk)));
  };
  const first = await run("first");
  const stored = first.filter(Boolean).length;
  expect(stored).toBeGreaterThan(4);
  expect(stored).toBeLessThan(16);
  expect(await run("second")).toEqual(first);
});

test("a share of calls fails, the same ones for a seed", async () => {
  const run = async (): Promise<readonly string[]> => {
    rig.faults.set({ seed: 9, database: { error: { name: "ThrottlingException", share: 0.3 }, delayMs: 0 } });
    return (await rig.call({ gets: Array.from({ length: 30 }, () => "x") })).outcomes;
  };
  const first = await run();
  expect(new Set(first)).toEqual(new Set(["ok", "ThrottlingException"]));
  expect(await run()).toEqual(first);
});

test("the SDK's own retries get past errors that do not last", async () => {
  rig.faults.set({
    seed: 1,
    database: { error: { name: "InternalServerError", share: 0.3 }, delayMs: 0 },
  });
  const { outcomes } = await rig.call({ gets: Array.from({ length: 10 }, () => "x"), attempts: 10 });
  expect(new Set(outcomes)).toEqual(new Set(["ok"]));
  expect(rig.records.requests()[0]?.databaseCalls.length).toBeGreaterThan(10);
});

test("calls are delayed, and not once the fault is cleared", async () => {
  const timed = async (): Promise<readonly number[]> => {
    await rig.call({ gets: ["x", "x"] });
    return rig.records.requests()[0]?.databaseCalls.map(({ ms }) => ms) ?? [];
  };
  rig.faults.set({ database: { delayMs: 150 } });
  // A timer may fire a millisecond early by the clock that measures it.
  expect(Math.min(...(await timed()))).toBeGreaterThan(145);
  rig.faults.clear();
  expect(Math.max(...(await timed()))).toBeLessThan(145);
});

test("killed before its second call: the first is stored, the second is not, and the invocation is a crash", async () => {
  rig.faults.set({ kill: { function: "other", when: "before", call: 2, times: 1 } });
  const result = await rig.invoke({ puts: ["before-1", "before-2", "before-3"] }, "Other");
  expect(result).toMatchObject({ type: "error", errorType: "Runtime.ExitError" });
  expect(result.type === "error" && result.errorMessage).toContain("SIGKILL");
  expect(await Promise.all(["before-1", "before-2", "before-3"].map(rig.isStored))).toEqual([
    true,
    false,
    false,
  ]);
  const [record] = rig.records.requests();
  expect(record).toMatchObject({ outcome: "error", databaseCalls: [{ status: 200 }, { status: null }] });
  // Once was asked for: the next runs through, in a new process.
  expect((await rig.call({ puts: ["before-1", "before-2"] }, "Other")).outcomes).toEqual(["ok", "ok"]);
  expect(rig.records.requests()[0]?.cold).toBe(true);
});

test("killed after its first call: stored, and the function never learns of it", async () => {
  rig.faults.set({ kill: { function: "WRITERFUNCTION", when: "after", call: 1, times: 1 } });
  const result = await rig.invoke({ puts: ["after-1", "after-2"] });
  expect(result).toMatchObject({ type: "error", errorType: "Runtime.ExitError" });
  expect(await Promise.all(["after-1", "after-2"].map(rig.isStored))).toEqual([true, false]);
});

test("kills strike as many invocations as asked for, of that function only", async () => {
  rig.faults.set({ kill: { function: "writer", when: "before", call: 1, times: 2 } });
  const types = [];
  for (const functionId of ["WriterFunction", "Other", "WriterFunction", "WriterFunction"]) {
    types.push((await rig.invoke({ gets: ["x"] }, functionId)).type);
  }
  expect(types).toEqual(["error", "ok", "error", "ok"]);
});

test("a kill that is cleared does not strike", async () => {
  rig.faults.set({ kill: { function: "writer", when: "before", call: 1, times: 1 } });
  rig.faults.clear();
  expect((await rig.call({ gets: ["x"] })).outcomes).toEqual(["ok"]);
});

test("a clock is ahead however the code reads it, for its function alone, and right again when cleared", async () => {
  const errors = async (functionId: string): Promise<number[]> => {
    const { times, remainingMs } = await rig.call({}, functionId);
    // The service's own count of the time left does not depend on the function's clock.
    expect(remainingMs).toBeGreaterThan(5_000);
    expect(remainingMs).toBeLessThanOrEqual(10_000);
    return [times.now, times.kept, times.made, Date.parse(times.text)].map((time) => time - Date.now());
  };
  const isAbout = (ms: number) => (error: number) => Math.abs(error - ms) < 3_000;
  // Warm, so that it has read the clock before it is wrong.
  await errors("WriterFunction");
  rig.faults.set({ clockSkewMs: new Map([["writer", -60_000]]) });
  expect((await errors("WriterFunction")).every(isAbout(-60_000))).toBe(true);
  expect((await errors("Other")).every(isAbout(0))).toBe(true);
  rig.faults.clear();
  expect((await errors("WriterFunction")).every(isAbout(0))).toBe(true);
});
