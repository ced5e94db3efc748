import { randomUUID } from "node:crypto";
import type { ScheduleModel } from "../assembly/model.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import { pause } from "./event-log.ts";

/** setTimeout's limit is about 24.8 days. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * Invokes a function at a rate until the signal ends it; resolves when no invocation is in flight. The
 * times are whole multiples of the rate since 1970, so that a local cloud that is often restarted still
 * meets them.
 */
export async function runSchedule(options: {
  readonly schedule: ScheduleModel;
  readonly region: string;
  readonly accountId: string;
  readonly invoker: FunctionInvoker;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { schedule, invoker, signal } = options;
  if (!schedule.enabled) return;
  const inFlight = new Set<Promise<unknown>>();
  let due = nextDue(Date.now(), schedule.everyMs);
  while (!signal.aborted) {
    const left = due - Date.now();
    if (left > 0) {
      await pause(Math.min(left, LONGEST_WAIT_MS), signal);
      continue;
    }
    const event = schedule.input ?? scheduledEvent(options, due);
    // The service calls asynchronously: a run that takes longer than the rate meets the next one.
    const run = invoker
      .invoke(schedule.functionId, event, { cause: `schedule ${schedule.id}` })
      .finally(() => inFlight.delete(run));
    inFlight.add(run);
    due = nextDue(Date.now(), schedule.everyMs);
  }
  await Promise.all(inFlight);
}

function nextDue(now: number, everyMs: number): number {
  return (Math.floor(now / everyMs) + 1) * everyMs;
}

/** EventBridge's event of a scheduled rule. */
function scheduledEvent(
  { schedule, region, accountId }: Parameters<typeof runSchedule>[0],
  due: number,
): Record<string, unknown> {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: new Date(due).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:events:${region}:${accountId}:rule/${schedule.id}`],
    detail: {},
  };
}
