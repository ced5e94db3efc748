import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");

/** Every test that a table's last column names: a file in code, then titles in quotation marks. */
function testsNamedIn(document: string): { file: string; title: string }[] {
  const rows = document.split("\n").filter((line) => /^\|.*\|$/.test(line) && line.includes(".test.ts"));
  return rows.flatMap((row) => {
    let file = "";
    const named: { file: string; title: string }[] = [];
    for (const [, path, title] of row.matchAll(/`([^`]+\.test\.ts)`|“([^”]+)”/g)) {
      if (path !== undefined) file = path;
      if (title !== undefined) named.push({ file, title });
    }
    return named;
  });
}

const isThere = ({ file, title }: { file: string; title: string }): boolean =>
  existsSync(join(ROOT, file)) && readFileSync(join(ROOT, file), "utf8").includes(`"${title}"`);

describe("the table of threats", () => {
  const document = readFileSync(join(ROOT, "docs/security.md"), "utf8");
  const table = document.slice(document.indexOf("## Threats"), document.indexOf("## Names"));

  it("names tests that are there", () => {
    const named = testsNamedIn(table);
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((test) => !isThere(test))).toEqual([]);
  });

  it("has a test for each threat", () => {
    const rows = table
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .slice(2);
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((row) => testsNamedIn(row).length === 0)).toEqual([]);
  });

  it("would not pass with a test that is not there", () => {
    const [gone] = testsNamedIn("| a | b | `test/infra/data.test.ts` “is nowhere to be found” |");
    expect(gone).toEqual({ file: "test/infra/data.test.ts", title: "is nowhere to be found" });
    expect(gone && isThere(gone)).toBe(false);
  });
});
