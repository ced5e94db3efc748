import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MUTANTS } from "../mutants/mutants.ts";

const ROOT = join(import.meta.dirname, "../..");

it.each(MUTANTS)('the rule that "$name" breaks stands in $file, once', ({ file, rule, broken }) => {
  const source = readFileSync(join(ROOT, file), "utf8");
  expect(source.split(rule)).toHaveLength(2);
  expect(broken).not.toBe(rule);
});
