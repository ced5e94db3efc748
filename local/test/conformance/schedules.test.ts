import { afterEach, beforeEach, expect, vi } from "vitest";
import { runSchedule } from "../../events/schedule-source.ts";
import type { ScheduleModel } from "../../assembly/messaging-model.ts";
import type { Deliver } from "../../events/destinations.ts";
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
  readonly destination: unknown;
  readonly event: unknown;
  readonly at: string;
}

/** What the app's schedule of that name delivers within a time. */
async function callsOf(name: string, ms = 2 * RATE_MS): Promise<readonly Call[]> {
  const { region, accountId } = cloud().cloud.model();
  const calls: Call[] = [];
  const deliver: Deliver = (destination, payload) => {
    calls.push({ destination, event: JSON.parse(payload), at: new Date().toISOString() });
    return Promise.resolve();
  };
  const stop = new AbortController();
  const schedule = scheduleNamed(name);
  const running = runSchedule({ schedule, region, accountId, deliver, signal: stop.signal });
  await vi.advanceTimersByTimeAsync(ms);
  stop.abort();
  await running;
  return calls;
}

function scheduleNamed(name: string): ScheduleModel {
  const found = cloud()
    .cloud.model()
    .schedules.find(({ arn }) => new RegExp(`/Conformance-${name}[0-9A-F]{8}$`).test(arn));
  if (found === undefined) throw new Error(`The app has no schedule ${name}.`);
  return found;
}

row("schedule.event", async () => {
  const calls = await callsOf("Tick");
  expect(calls.map(({ at }) => at)).toEqual(["2026-01-01T00:05:00.000Z", "2026-01-01T00:10:00.000Z"]);
  const { functions, region, accountId } = cloud().cloud.model();
  const functionId = functions.find(({ name }) => name === "Ticker")?.id;
  expect(calls[0]?.destination).toEqual({ type: "function", functionId });
  expect(calls[0]?.event).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: "2026-01-01T00:05:00Z",
    region,
    resources: [scheduleNamed("Tick").arn],
    detail: {},
  });
});

row("schedule.input", async () => {
  const calls = await callsOf("TickWithInput");
  expect(calls.map(({ event }) => event)).toEqual([{ tick: "own" }, { tick: "own" }]);
});

row("schedule.cron", async () => {
  const calls = await callsOf("Nightly", 3 * 24 * 3_600_000);
  // 2026-01-01 is a Thursday.
  expect(calls.map(({ at }) => at)).toEqual(["2026-01-01T03:30:00.000Z", "2026-01-02T03:30:00.000Z"]);
});

row("scheduler.event", async () => {
  const [call] = await callsOf("Scheduled");
  const { region, accountId } = cloud().cloud.model();
  expect(call?.event).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: accountId,
    time: "2026-01-01T00:05:00Z",
    region,
    resources: [scheduleNamed("Scheduled").arn],
    detail: "{}",
  });
  expect(scheduleNamed("Scheduled").arn).toMatch(/^arn:aws:scheduler:[^:]+:\d+:schedule\/default\/.+$/);
});

row("scheduler.context", async () => {
  const [call] = await callsOf("ScheduledWithInput");
  expect(call?.event).toEqual({
    at: "2026-01-01T00:05:00Z",
    by: scheduleNamed("ScheduledWithInput").arn,
    attempt: "1",
  });
  expect(call?.destination).toMatchObject({ type: "queue" });
});
