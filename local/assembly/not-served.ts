import { referrersIn } from "./references.ts";
import type { Resource } from "./resource.ts";
import { NOTHING_TO_SERVE } from "./resource-types.ts";
import type { Problems } from "./resources.ts";

/** One sentence each, as they stand in the way of a start. */
export const problemSentences = (problems: Problems): readonly string[] =>
  [...problems].flatMap(([resource, sentences]) =>
    [...sentences].map((sentence) => `${nameOf(resource)}: ${sentence}`),
  );

/** One line a resource, with what names it: for a start that goes past them. */
export function notServedLines(all: readonly Resource[], problems: Problems): readonly string[] {
  const referrersOf = referrersIn(all);
  return [...problems].map(([resource, sentences]) => {
    const referrers = referrersOf(resource).map(({ path }) => path);
    const named = referrers.length === 0 ? "" : ` Named by ${referrers.join(", ")}.`;
    return `${nameOf(resource)}: ${[...sentences].join(" ")}${named}`;
  });
}

/** What nearly every app has, and nobody expects to see served: not worth a word at each start. */
const GOES_WITHOUT_SAYING = /^AWS::(IAM|Logs|CDK)::|^AWS::Lambda::Permission$|Policy$/;

/** How many there are of each other type that has nothing to serve: `2 AWS::CloudWatch::Alarm`. */
export function passedOver(all: readonly Resource[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { type } of all) {
    if (!NOTHING_TO_SERVE.has(type) || GOES_WITHOUT_SAYING.test(type)) continue;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${count} ${type}`);
}

const nameOf = ({ path, type }: Resource): string => `${path} (${type})`;
