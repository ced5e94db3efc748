import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { conformanceDocument } from "../../conformance/document.ts";
import { TABLE } from "../../conformance/table.ts";

/** The ids that the test files prove, as they stand in their sources. */
function provenIds(): string[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.ts"));
  return files.flatMap((name) => {
    const source = readFileSync(join(import.meta.dirname, name), "utf8");
    return [...source.matchAll(/^ *row\("([^"]+)"/gm)].map(([, id]) => id ?? "");
  });
}

describe("the table of conformance", () => {
  it("has exactly one test a row, and no test without one", () => {
    expect(provenIds().sort()).toEqual(TABLE.map(({ id }) => id).sort());
  });

  it("names each row once, and says in one sentence what holds", () => {
    const ids = TABLE.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(TABLE.filter(({ behaviour }) => !/^[^a-z].*\.$/.test(behaviour))).toEqual([]);
    expect(TABLE.filter(({ source }) => source === "")).toEqual([]);
  });

  it("is what local/CONFORMANCE.md says; otherwise run `npm run conformance:docs`", () => {
    const file = join(import.meta.dirname, "../../CONFORMANCE.md");
    expect(readFileSync(file, "utf8")).toBe(conformanceDocument());
  });
});
