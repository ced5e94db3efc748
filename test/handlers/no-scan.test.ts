import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("no function scans the table", () => {
  const root = fileURLToPath(new URL("../../lambdas", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  expect(files.length).toBeGreaterThan(50);
  const scans = /\bScan(Command|Input)?\b|\.scan\(/;
  expect(files.filter((name) => scans.test(readFileSync(join(root, name), "utf8")))).toEqual([]);
});
