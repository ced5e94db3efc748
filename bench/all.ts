import { spawn } from "node:child_process";
import { join } from "node:path";
import { exactly, type Benchmark, type Figure } from "./benchmark.ts";

/** Of all benchmarks, each in a process of its own so that none bears the garbage of another. */
export const allOf = (benchmarks: ReadonlyMap<string, () => Promise<Benchmark>>): Benchmark => ({
  summary: "all of them, one after the other, the long ones briefly",
  options: {},
  run: async () => {
    const figures: Figure[] = [];
    const started = performance.now();
    for (const [name, load] of benchmarks) {
      const { brief = {} } = await load();
      const from = performance.now();
      const code = await runAlone(name, brief);
      figures.push(
        { name: `${name}: ended with`, value: code, bound: exactly(code, 0) },
        { name: `${name}: took`, value: secondsSince(from), unit: "s" },
      );
    }
    return [...figures, { name: "all", value: secondsSince(started), unit: "s" }];
  },
});

async function runAlone(name: string, brief: Readonly<Record<string, number>>): Promise<number> {
  const given = Object.entries(brief).flatMap(([option, value]) => [`--${option}`, String(value)]);
  const args = ["--import", "tsx", join(import.meta.dirname, "run.ts"), name, ...given];
  const run = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve, reject) => {
    run.once("error", reject);
    run.once("exit", (code) => resolve(code ?? 1));
  });
}

const secondsSince = (from: number): number => (performance.now() - from) / 1_000;
