import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MUTANTS, type Mutant } from "./mutants.ts";

/**
 * Breaks one rule at a time in a copy of the product and runs the tests that must notice: coverage shows that
 * code ran, this shows that somebody looked. Exits non-zero when a mutant survives, or is no mutant any more.
 */

type Outcome = "caught" | "SURVIVED" | "NOT A MUTANT";

const COPIED = ["lambdas", "lib", "local", "test", "package.json", "tsconfig.json", "vitest.config.ts"];
const only = process.argv.slice(2);
const chosen =
  only.length === 0 ? MUTANTS : MUTANTS.filter(({ name }) => only.some((part) => name.includes(part)));

const folder = await mkdtemp(join(tmpdir(), "mutants-"));
try {
  for (const name of COPIED) await cp(name, join(folder, name), { recursive: true });
  await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  const tests = [...new Set(chosen.flatMap(({ tests }) => tests))];
  if ((await runTests(tests)) !== 0)
    throw new Error("The tests fail without any mutant: nothing can be told.");
  const rows: { mutant: string; outcome: Outcome; by: string }[] = [];
  for (const mutant of chosen) {
    const row = { mutant: mutant.name, outcome: await outcomeOf(mutant), by: mutant.tests.join(", ") };
    console.log(`${row.outcome.padEnd(12)} ${row.mutant}`);
    rows.push(row);
  }
  console.table(rows);
  const caught = rows.filter(({ outcome }) => outcome === "caught").length;
  console.log(`${caught} of ${rows.length} mutants caught`);
  if (caught < rows.length || rows.length === 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function outcomeOf({ file, rule, broken, tests }: Mutant): Promise<Outcome> {
  const path = join(folder, file);
  const source = await readFile(path, "utf8");
  if (source.split(rule).length !== 2) return "NOT A MUTANT";
  await writeFile(
    path,
    source.replace(rule, () => broken),
  );
  try {
    return (await runTests(tests)) === 0 ? "SURVIVED" : "caught";
  } finally {
    await writeFile(path, source);
  }
}

/** A mutant that does not even load would fail every test for the wrong reason: it counts as an error. */
function runTests(tests: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("npx", ["vitest", "run", "--bail", "1", ...tests], { cwd: folder });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      const ran = /Tests .*\d+ (passed|failed)/.test(output);
      if (ran) resolve(code ?? 1);
      else reject(new Error(`No test ran:\n${output.slice(-2_000)}`));
    });
  });
}
