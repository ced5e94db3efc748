import type { AppModel } from "./model.ts";

/** What is said of models that are the same. */
export const NOTHING = "nothing that is served";

/** What differs between two models, in a few words for the log. */
export function describeChanges(before: AppModel, after: AppModel): string {
  const parts: string[] = [];
  for (const key of ["functions", "tables", "queues"] as const) {
    const known = new Map(before[key].map((item) => [item.id, JSON.stringify(item)]));
    const changed = after[key].filter((item) => known.get(item.id) !== JSON.stringify(item));
    if (changed.length > 0) parts.push(`${key} ${changed.map(({ name }) => name).join(", ")}`);
  }
  const same = (part: (model: AppModel) => unknown): boolean =>
    JSON.stringify(part(before)) === JSON.stringify(part(after));
  if (!same(({ httpApis, restApis, webSocketApis }) => [httpApis, restApis, webSocketApis]))
    parts.push("routes");
  if (!same(({ eventSources }) => eventSources)) parts.push("event sources");
  if (!same(({ schedules }) => schedules)) parts.push("schedules");
  if (!same(({ topics }) => topics)) parts.push("topics");
  if (!same(({ eventBuses, eventRules }) => [eventBuses, eventRules])) parts.push("rules on events");
  if (!same(({ parameters }) => parameters)) parts.push("parameters");
  return parts.length === 0 ? NOTHING : parts.join("; ");
}
