import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { byArea } from "./document.ts";
import { resultsOf, type Result, type TestReport } from "./results.ts";

/** `npm run conformance`: runs the tests of the rows and prints the table with what came of each. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TESTS = "local/test/conformance";
const WORD: Record<Result, string> = { passed: "pass", failed: "FAIL", missing: "NOT RUN" };

const folder = mkdtempSync(join(tmpdir(), "conformance-report-"));
const outputFile = join(folder, "results.json");
try {
  const started = performance.now();
  const run = spawn(
    process.execPath,
    [
      join(ROOT, "node_modules/vitest/vitest.mjs"),
      "run",
      "--reporter=json",
      `--outputFile=${outputFile}`,
      TESTS,
      ...process.argv.slice(2),
    ],
    { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaints = "";
  run.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaints += chunk));
  const [exitCode] = (await once(run, "close")) as [number | null];
  const report = readReport();
  if (report === null) {
    process.stderr.write(`The tests of the table did not run:\n${complaints}`);
    process.exitCode = 1;
  } else {
    print(report, performance.now() - started);
    if (exitCode !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function readReport(): TestReport | null {
  try {
    return JSON.parse(readFileSync(outputFile, "utf8")) as TestReport;
  } catch {
    return null;
  }
}

function print(report: TestReport, ms: number): void {
  const { rows, others } = resultsOf(report);
  const counts = new Map<Result, number>();
  for (const [area, list] of byArea()) {
    process.stdout.write(`\n${area}\n`);
    for (const { id, mark, behaviour } of list) {
      const found = rows.get(id) ?? { result: "missing" };
      counts.set(found.result, (counts.get(found.result) ?? 0) + 1);
      process.stdout.write(
        `  ${WORD[found.result].padEnd(8)}${id.padEnd(26)}${mark.padEnd(12)}${behaviour}\n`,
      );
      if (found.message !== undefined) process.stdout.write(`          ${found.message}\n`);
    }
  }
  for (const message of others) process.stdout.write(`\nBeside the rows: ${message}\n`);
  const count = (result: Result): number => counts.get(result) ?? 0;
  const total = count("passed") + count("failed") + count("missing");
  process.stdout.write(
    `\n${count("passed")} of ${total} rows hold, ${count("failed")} fail, ${count("missing")} did not run (${Math.round(ms / 1000)} s).\n`,
  );
  if (count("passed") < total) process.exitCode = 1;
}
