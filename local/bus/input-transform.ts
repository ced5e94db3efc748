import type { EventInputModel, EventRuleModel } from "../assembly/messaging-model.ts";

/** The text a target gets of an event: the event itself, a part of it, or what the rule makes of it. */
export function targetInput(
  input: EventInputModel,
  event: Readonly<Record<string, unknown>>,
  rule: Pick<EventRuleModel, "arn" | "name">,
): string {
  switch (input.type) {
    case "event":
      return JSON.stringify(event);
    case "constant":
      return input.text;
    case "path":
      return JSON.stringify(valueAt(event, input.path) ?? null);
    case "template": {
      const values = new Map<string, unknown>(
        Object.entries(input.paths).map(([name, path]) => [name, valueAt(event, path)]),
      );
      values.set("aws.events.rule-arn", rule.arn);
      values.set("aws.events.rule-name", rule.name);
      values.set("aws.events.event", event);
      values.set("aws.events.event.json", event);
      values.set("aws.events.event.ingestion-time", event["time"]);
      return fill(input.template, values);
    }
  }
}

/** `$.detail.items[0].id`. */
function valueAt(event: unknown, path: string): unknown {
  const steps = path.replace(/^\$\.?/, "").match(/[^.[\]]+/g) ?? [];
  return steps.reduce<unknown>((value, step) => {
    if (typeof value !== "object" || value === null) return undefined;
    return (value as Record<string, unknown>)[step.replace(/^'(.*)'$/, "$1")];
  }, event);
}

/** A variable between quotes is put in as text, elsewhere as JSON (docs: input transformation). */
function fill(template: string, values: ReadonlyMap<string, unknown>): string {
  let isInText = false;
  return template.replaceAll(/\\.|"|<([^<>\s]+)>/gs, (match: string, name: string | undefined) => {
    if (match === '"') isInText = !isInText;
    if (name === undefined || !values.has(name)) return match;
    const value = values.get(name);
    if (!isInText) return JSON.stringify(value ?? null);
    if (value === undefined) return "";
    return typeof value === "string"
      ? JSON.stringify(value).slice(1, -1)
      : JSON.stringify(JSON.stringify(value)).slice(1, -1);
  });
}
