import { availableParallelism, loadavg } from "node:os";
import { allOf } from "./all.ts";
import type { Benchmark } from "./benchmark.ts";
import { tableOf } from "./figures-table.ts";

const BENCHMARKS: ReadonlyMap<string, () => Promise<Benchmark>> = new Map([
  ["abuse", async () => (await import("./abuse.ts")).abuse],
  ["client-herd", async () => (await import("./client-herd.ts")).clientHerd],
  ["client-soak", async () => (await import("./client-soak.ts")).clientSoak],
  ["cold", async () => (await import("./cold.ts")).cold],
  ["cost", async () => (await import("./cost.ts")).cost],
  ["erasure", async () => (await import("./erasure.ts")).erasure],
  ["growth", async () => (await import("./growth.ts")).growth],
  ["group", async () => (await import("./group.ts")).group],
  ["local", async () => (await import("./local.ts")).local],
  ["log-volume", async () => (await import("./log-volume.ts")).logVolume],
  ["overhead", async () => (await import("./overhead.ts")).overhead],
  ["send-cpu", async () => (await import("./send-cpu.ts")).sendCpu],
  ["peers", async () => (await import("./peers.ts")).peers],
  ["profile", async () => (await import("./profile.ts")).profile],
  ["sends", async () => (await import("./sends.ts")).sends],
  ["sockets", async () => (await import("./sockets.ts")).sockets],
  ["start-stop", async () => (await import("./start-stop.ts")).startStop],
]);

const NAMED = new Map([...BENCHMARKS, ["all", () => Promise.resolve(allOf(BENCHMARKS))] as const]);

/** 1: a bound was missed or it failed; 2: it was called wrongly. */
async function main([name = "", ...args]: readonly string[]): Promise<number> {
  const load = NAMED.get(name);
  if (load === undefined) {
    process.stderr.write(`npm run bench -- <name> [--option value]…\n\n${await listing()}\n`);
    return 2;
  }
  const benchmark = await load();
  const options = readOptions(benchmark, args);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n`);
    return 2;
  }
  const before = loadavg()[0] ?? 0;
  const figures = await benchmark.run(options);
  const given = Object.entries(options).map(([key, value]) => `${key} ${value}`);
  process.stdout.write(`${[name, ...given].join(", ")}\n${tableOf(figures)}\n`);
  process.stdout.write(
    `  Node ${process.versions.node}, ${availableParallelism()} cores, load average ${before.toFixed(1)} before and ${(loadavg()[0] ?? 0).toFixed(1)} after\n`,
  );
  return figures.every(({ bound }) => bound?.holds !== false) ? 0 : 1;
}

async function listing(): Promise<string> {
  const lines = [...NAMED].map(async ([name, load]) => {
    const { summary, options } = await load();
    const defaults = Object.entries(options).map(([key, value]) => `--${key} ${value}`);
    return [
      `  ${name.padEnd(12)}${summary}`,
      ...(defaults.length > 0 ? [" ".repeat(14) + defaults.join(" ")] : []),
    ].join("\n");
  });
  return (await Promise.all(lines)).join("\n");
}

function readOptions(benchmark: Benchmark, args: readonly string[]): Record<string, number> | string {
  const options = { ...benchmark.options };
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at]?.replace(/^--/, "") ?? "";
    const value = Number(args[at + 1]);
    if (!Object.hasOwn(options, name)) return `There is no option ${args[at] ?? ""}.`;
    if (!Number.isFinite(value) || value <= 0) return `The option --${name} is a number above 0.`;
    options[name] = value;
  }
  return options;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
