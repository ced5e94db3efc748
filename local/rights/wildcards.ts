/** Whether a text fits one of the patterns, with IAM's wildcards: `*` any run of characters, `?` any one. */
export type Matcher = (text: string) => boolean;

export function matcherOf(patterns: readonly string[]): Matcher {
  if (patterns.includes("*")) return () => true;
  const exact = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const others = patterns.filter((pattern) => !exact.has(pattern)).map(expressionOf);
  return (text) => exact.has(text) || others.some((expression) => expression.test(text));
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s");
}
