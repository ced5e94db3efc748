import { randomUUID } from "node:crypto";
import type { ScheduleModel } from "../assembly/messaging-model.ts";
import type { Deliver } from "./destinations.ts";
import { nextDue } from "./due-times.ts";
import { pause } from "./event-log.ts";

/** setTimeout's limit is about 24.8 days. */
const LONGEST_WAIT_MS = 86_400_000;

/** Delivers at a schedule's times until the signal ends it; resolves when no delivery is in flight. */
export async function runSchedule(options: {
  readonly schedule: ScheduleModel;
  readonly region: string;
  readonly accountId: string;
  readonly deliver: Deliver;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { schedule, deliver, signal } = options;
  if (!schedule.enabled) return;
  const inFlight = new Set<Promise<unknown>>();
  let due = nextDue(schedule.timing, Date.now());
  while (due !== undefined && !signal.aborted) {
    const left = due - Date.now();
    if (left > 0) {
      await pause(Math.min(left, LONGEST_WAIT_MS), signal);
      continue;
    }
    // The service calls asynchronously: a run that takes longer than the rate meets the next one.
    const run = deliver(schedule.destination, payloadAt(options, due), `schedule ${schedule.id}`).finally(
      () => inFlight.delete(run),
    );
    inFlight.add(run);
    due = nextDue(schedule.timing, Date.now());
  }
  await Promise.all(inFlight);
}

function payloadAt(options: Parameters<typeof runSchedule>[0], due: number): string {
  const { schedule } = options;
  if (schedule.input === undefined) return JSON.stringify(scheduledEvent(options, due));
  return schedule.service === "scheduler" ? withContext(schedule.input, schedule, due) : schedule.input;
}

/** Scheduler's context attributes, which may stand anywhere in an input (docs: adding context attributes). */
const withContext = (input: string, { arn }: ScheduleModel, due: number): string =>
  input
    .replaceAll("<aws.scheduler.schedule-arn>", arn)
    .replaceAll("<aws.scheduler.scheduled-time>", withoutMs(due))
    .replaceAll("<aws.scheduler.execution-id>", randomUUID())
    .replaceAll("<aws.scheduler.attempt-number>", "1");

/** EventBridge's event of a scheduled rule, or Scheduler's, whose detail is a text. */
function scheduledEvent(
  { schedule, region, accountId }: Parameters<typeof runSchedule>[0],
  due: number,
): Record<string, unknown> {
  const isRule = schedule.service === "rule";
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: isRule ? "aws.events" : "aws.scheduler",
    account: accountId,
    time: withoutMs(due),
    region,
    resources: [schedule.arn],
    detail: isRule ? {} : "{}",
  };
}

const withoutMs = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
