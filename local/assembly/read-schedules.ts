import { fieldsListOf, fieldsOf, textOf, type Fields } from "./fields.ts";
import type { FunctionModel, ScheduleModel } from "./model.ts";
import { functionBehind } from "./read-functions.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["second", 1000],
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
]);

/** EventBridge rules and Scheduler schedules that call a function at a rate. */
export function readSchedules(resources: Resources, functions: readonly FunctionModel[]): ScheduleModel[] {
  const schedules: ScheduleModel[] = [];
  for (const resource of resources.ofType("AWS::Events::Rule", "AWS::Scheduler::Schedule")) {
    const fields = resources.fieldsOf(resource);
    const everyMs = rateOf(resources, resource, textOf(fields, "ScheduleExpression"));
    if (everyMs === undefined) continue;
    const single = fieldsOf(fields, "Target");
    const targets = single === undefined ? fieldsListOf(fields, "Targets") : [single];
    for (const [index, target] of targets.entries()) {
      const called = functionBehind(textOf(target, "Arn"), functions);
      if (called === undefined) {
        resources.report(resource, "its target is not a function of this assembly.");
        continue;
      }
      for (const property of Object.keys(target).filter((name) => !TARGET_PROPERTIES.has(name))) {
        resources.report(resource, `the property ${property} of its target is not served locally.`);
      }
      schedules.push({
        id: index === 0 ? resource.key : `${resource.key}-${index}`,
        functionId: called.id,
        everyMs,
        enabled: textOf(fields, "State") !== "DISABLED",
        ...inputOf(target),
      });
    }
  }
  return schedules;
}

/** The dead-letter queue and retries of a target concern only a service that cannot reach the function. */
const TARGET_PROPERTIES = new Set(["Arn", "DeadLetterConfig", "Id", "Input", "RetryPolicy", "RoleArn"]);

function rateOf(
  resources: Resources,
  resource: Resource,
  expression: string | undefined,
): number | undefined {
  const [, count, unit = ""] = /^rate\((\d+) ([a-z]+?)s?\)$/.exec(expression ?? "") ?? [];
  const unitMs = UNIT_MS.get(unit);
  if (count !== undefined && unitMs !== undefined) return Number(count) * unitMs;
  resources.report(
    resource,
    `the schedule ${expression ?? "(none)"} is not served locally, only rate(…) expressions are.`,
  );
  return undefined;
}

function inputOf(target: Fields): { input?: unknown } {
  const text = textOf(target, "Input");
  if (text === undefined) return {};
  try {
    return { input: JSON.parse(text) };
  } catch {
    return { input: text };
  }
}
