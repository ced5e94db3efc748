import { fieldsListOf, fieldsOf, textOf, type Fields } from "./fields.ts";
import type { ScheduleModel, TimingModel } from "./messaging-model.ts";
import { readCron } from "./read-cron.ts";
import { destinationBehind, type Destinations } from "./read-destinations.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["second", 1000],
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
]);

/** EventBridge rules and Scheduler schedules that deliver at a rate or by the calendar. */
export function readSchedules(resources: Resources, known: Destinations): ScheduleModel[] {
  const schedules: ScheduleModel[] = [];
  for (const resource of resources.ofType("AWS::Events::Rule", "AWS::Scheduler::Schedule")) {
    const fields = resources.fieldsOf(resource);
    const expression = textOf(fields, "ScheduleExpression");
    const isRule = resource.type === "AWS::Events::Rule";
    if (isRule && expression === undefined) continue;
    const timing = timingOf(expression, textOf(fields, "ScheduleExpressionTimezone") ?? "UTC");
    if (typeof timing === "string") {
      resources.report(resource, timing);
      continue;
    }
    const single = fieldsOf(fields, "Target");
    const targets = single === undefined ? fieldsListOf(fields, "Targets") : [single];
    for (const [index, target] of targets.entries()) {
      const destination = destinationBehind(textOf(target, "Arn"), known);
      if (destination === undefined) {
        resources.report(resource, "its target is not a function, queue or topic of this assembly.");
        continue;
      }
      reportTargetProperties(resources, resource, target);
      const input = textOf(target, "Input");
      schedules.push({
        id: index === 0 ? resource.key : `${resource.key}-${index}`,
        arn: resources.arnOf(resource),
        service: isRule ? "rule" : "scheduler",
        destination,
        timing,
        enabled: textOf(fields, "State") !== "DISABLED",
        ...(input === undefined ? {} : { input }),
      });
    }
  }
  return schedules;
}

/** The dead-letter queue and retries of a target concern only a service that cannot reach the function. */
const TARGET_PROPERTIES = new Set([
  "Arn",
  "DeadLetterConfig",
  "Id",
  "Input",
  "RetryPolicy",
  "RoleArn",
  "SqsParameters",
]);

export function reportTargetProperties(
  resources: Resources,
  resource: Resource,
  target: Fields,
  more: ReadonlySet<string> = new Set(),
): void {
  for (const property of Object.keys(target)) {
    if (TARGET_PROPERTIES.has(property) || more.has(property)) continue;
    resources.report(resource, `the property ${property} of its target is not served locally.`);
  }
}

/** A sentence where it is not served. */
function timingOf(expression = "(none)", timezone: string): TimingModel | string {
  const [, count, unit = ""] = /^rate\((\d+) ([a-z]+?)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS.get(unit);
  if (count !== undefined && unitMs !== undefined) return { type: "rate", everyMs: Number(count) * unitMs };
  const cron = readCron(expression);
  if (cron === null) {
    return `the schedule ${expression} is not served locally, only rate(…) and cron(…) expressions are.`;
  }
  if (!/^(Etc\/)?(UTC|GMT)$/.test(timezone)) {
    return `the time zone ${timezone} of a cron schedule is not served locally, only UTC is.`;
  }
  return { type: "cron", cron };
}
