import { afterEach, beforeEach, expect, vi } from "vitest";
import { runSchedule } from "../../events/schedule-source.ts";
import type { FunctionInvoker } from "../../functions/invocation.ts";
import { useCloud } from "./cloud.ts";
import { row } from "./row.ts";

/** The service's smallest rate is a minute: the clock is the test's, what it drives is the app's own schedule. */
const cloud = useCloud();
const RATE_MS = 5 * 60_000;
const START = Date.parse("2026-01-01T00:01:00.500Z");

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Call {
  readonly functionId: string;
  readonly event: unknown;
  readonly at: string;
}

/** What the schedule with or without an input of its own calls within two of its rates. */
async function callsOf(hasInput: boolean): Promise<readonly Call[]> {
  const { schedules, region, accountId } = cloud().cloud.model();
  const schedule = schedules.find(({ input }) => (input !== undefined) === hasInput);
  if (schedule === undefined) throw new Error("The app has no such schedule.");
  expect(schedule).toMatchObject({ everyMs: RATE_MS, enabled: true });
  const calls: Call[] = [];
  const invoker: FunctionInvoker = {
    invoke: (functionId, event) => {
      calls.push({ functionId, event, at: new Date().toISOString() });
      return Promise.resolve({ type: "ok", payload: null, requestId: "r" });
    },
  };
  const stop = new AbortController();
  const running = runSchedule({ schedule, region, accountId, invoker, signal: stop.signal });
  await vi.advanceTimersByTimeAsync(2 * RATE_MS);
  stop.abort();
  await running;
  return calls;
}

row("schedule.event", async () => {
  const calls = await callsOf(false);
  expect(calls.map(({ at }) => at)).toEqual(["2026-01-01T00:05:00.000Z", "2026-01-01T00:10:00.000Z"]);
  const { functions, region, accountId } = cloud().cloud.model();
  expect(calls[0]?.functionId).toBe(functions.find(({ name }) => name === "Ticker")?.id);
  expect(calls[0]?.event).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: "2026-01-01T00:05:00Z",
    region,
    resources: [expect.stringMatching(/^arn:aws:events:[^:]+:\d+:rule\/.+$/) as string],
    detail: {},
  });
});

row("schedule.input", async () => {
  const calls = await callsOf(true);
  expect(calls.map(({ event }) => event)).toEqual([{ tick: "own" }, { tick: "own" }]);
});
