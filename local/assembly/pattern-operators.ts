import { isFields } from "./fields.ts";

const SERVED = new Set([
  "anything-but",
  "equals-ignore-case",
  "exists",
  "numeric",
  "prefix",
  "suffix",
  "wildcard",
]);

/** The operators of an event pattern or filter policy that would never match here. */
export function unservedOperators(pattern: unknown): readonly string[] {
  if (!isFields(pattern)) return [];
  return Object.entries(pattern).flatMap(([name, rule]) => {
    if (!Array.isArray(rule)) return unservedOperators(rule);
    if (name === "$or") return rule.flatMap(unservedOperators);
    return rule.filter(isFields).flatMap((matcher) => Object.keys(matcher).filter((key) => !SERVED.has(key)));
  });
}
