import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { FunctionName } from "../lambdas/runtime/env-spec.ts";
import { atMost, option, type Benchmark, type Figure } from "./benchmark.ts";
import { buildByDefault } from "./cold/default-build.ts";
import { deployedNode } from "./cold/deployed-node.ts";
import { compositionOf, type Composition } from "./cold/composition.ts";
import { pairedStarts, type Pair } from "./cold/paired-starts.ts";
import { firstCallsOn, type FirstCalls } from "./functions/first-calls.ts";
import { startFunctionStage, type FunctionStage, type Run } from "./functions/function-stage.ts";
import { percentileOf } from "./measures/durations.ts";

const LIMIT_KB = 300;
/**
 * Of the CPU that the default build takes in the same run, on the deployed Node: a tenth above what it was. With
 * the late imports of which `docs/adr/0020-cold-starts.md` tells, it is a fifth above.
 */
const LIMIT_RATIOS: Readonly<Record<FunctionName, number>> = {
  http: 0.7,
  admin: 0.63,
  authorizer: 0.63,
  websocket: 0.7,
  worker: 0.62,
  signUp: 0.62,
};

export const cold: Benchmark = {
  summary:
    "bytes and parts of each function; load and first call, paired against default builds, on two Nodes",
  options: { starts: 9 },
  brief: { starts: 5 },
  run: async (options) => {
    const node = deployedNode();
    const stage = await startFunctionStage();
    try {
      const calls = await firstCallsOn(stage);
      const defaults = await buildByDefault(join(stage.workFolder, "defaults"));
      const composition = await compositionOf();
      const starts = option(options, "starts");
      const figures: Figure[] = [];
      for (const name of NAMES) {
        figures.push(...sizeFigures(name, bytesIn(stage.bundles[name]), bytesIn(defaults[name])));
        figures.push(...partFigures(name, composition[name]));
      }
      for (const { label, path, bounded } of [
        { label: node.version, path: node.path, bounded: true },
        { label: `Node ${process.versions.node}`, path: process.execPath, bounded: false },
      ]) {
        for (const name of NAMES) {
          const pairs = await pairedStarts(starts, (build) =>
            startOf(stage, calls, name, path, build === "ours" ? stage.bundles[name] : defaults[name]),
          );
          figures.push(...startFigures(`${name}, ${label}`, pairs, bounded ? LIMIT_RATIOS[name] : null));
        }
      }
      return figures;
    } finally {
      await stage.stop();
    }
  },
};

const NAMES: readonly FunctionName[] = ["http", "admin", "authorizer", "websocket", "worker", "signUp"];

const startOf = (
  stage: FunctionStage,
  calls: FirstCalls,
  name: FunctionName,
  node: string,
  codePath: string,
): Promise<Run> => stage.run(name, calls[name](), [], { codePath, node });

const sizeFigures = (name: FunctionName, bytes: number, byDefault: number): Figure[] => [
  { name: `${name}: size`, value: bytes / 1000, unit: "KB", bound: atMost(bytes / 1000, LIMIT_KB) },
  { name: `${name}: default build`, value: byDefault / 1000, unit: "KB" },
];

const partFigures = (name: FunctionName, parts: Composition): Figure[] =>
  parts.map(({ part, bytes }) => ({ name: `${name}: of it ${part}`, value: bytes / 1000, unit: "KB" }));

/**
 * CPU time is what load and first call take of one core; the clock also counts the database's answers and
 * whatever else the machine does meanwhile. A bound in milliseconds would fail on a slower machine.
 */
function startFigures(name: string, pairs: readonly Pair[], limit: number | null): Figure[] {
  const median = (pick: (pair: Pair) => number): number => percentileOf(pairs.map(pick), 0.5);
  const ratio = median(({ ours, byDefault }) => cpuOf(ours) / cpuOf(byDefault));
  return [
    { name: `${name}: load, CPU`, value: median(({ ours }) => ours.loadCpuMs), unit: "ms" },
    { name: `${name}: first call, CPU`, value: median(({ ours }) => ours.firstCallCpuMs), unit: "ms" },
    { name: `${name}: load, by the clock`, value: median(({ ours }) => ours.loadMs), unit: "ms" },
    { name: `${name}: first call, by the clock`, value: median(({ ours }) => ours.firstCallMs), unit: "ms" },
    { name: `${name}: both, CPU`, value: median(({ ours }) => cpuOf(ours)), unit: "ms" },
    {
      name: `${name}: default build, both, CPU`,
      value: median(({ byDefault }) => cpuOf(byDefault)),
      unit: "ms",
    },
    {
      name: `${name}: CPU, ratio to the default build`,
      value: ratio,
      ...(limit === null ? {} : { bound: atMost(ratio, limit) }),
    },
  ];
}

const cpuOf = (run: Run): number => run.loadCpuMs + run.firstCallCpuMs;

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
