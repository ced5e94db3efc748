import { expect, test } from "vitest";
import { matcherOf } from "../../assembly/path-pattern.ts";

// What picomatch, by which the CDK's command line reads `watch`, makes of the same patterns.
test.each<[string, string[], string[]]>([
  ["test", ["test"], ["tests", "src/test", "test/a.ts"]],
  ["test/**", ["test", "test/a.ts", "test/b/c.ts"], ["tests/a.ts"]],
  ["**/test", ["test", "src/test", "a/b/test"], ["src/tests", "test/a"]],
  ["**/*.d.ts", ["a.d.ts", "b/c/a.d.ts"], ["a.ts", "adxts"]],
  ["cdk*.json", ["cdk.json", "cdk.context.json"], ["lib/cdk.json", "cdk/a.json"]],
  ["src/**/gen/*", ["src/gen/a", "src/a/b/gen/c"], ["src/a/gen", "src/gen/a/b"]],
  ["{a,b}/?.[jt]s", ["a/x.js", "b/y.ts"], ["c/x.js", "a/xy.js", "a/x.es"]],
  ["./dist/", ["dist"], ["dist2"]],
  ["**", ["a", "a/b"], []],
  ["a+(b).txt", ["a+(b).txt"], ["aab.txt"]],
])("%s", (pattern, meant, others) => {
  const matches = matcherOf(pattern);
  expect(meant.filter((path) => !matches(path))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});
