import { setTimeout as delay } from "node:timers/promises";
import { startParley } from "../test/support/start-parley.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import { gatherPairs, type Pairs } from "./load/pairs.ts";
import { cpuByRole, usedSince, type CpuByRole } from "./measures/cpu-by-role.ts";
import { createDurations, type Durations } from "./measures/durations.ts";
import { followMemory, memoryOf, type MemoryFigures } from "./measures/memory.ts";
import { atRate } from "./load/paced.ts";

const RATES = [10, 50, 100, 250];
const LOAD = "load and clients";
/** What a start leaves to do, and a load: the queue's first polls, pushes of the worker. */
const SETTLE_MS = 3_000;

export const local: Benchmark = {
  summary: "the local cloud's CPU and memory: idle, and by process while pairs send at 10 to 250 a second",
  options: { pairs: 100, seconds: 10, idle: 30, "most-at-50": 12, "most-at-250": 50 },
  run: async (options) => {
    const seconds = option(options, "seconds");
    const bounds = new Map([50, 250].map((rate) => [rate, option(options, `most-at-${rate}`)]));
    const cloud = await startParley({ context: { presenceGraceSeconds: 0 } });
    try {
      await delay(SETTLE_MS);
      const idle = await restFor(cloud.pid, option(options, "idle"));
      const pairs = await gatherPairs(cloud, option(options, "pairs"));
      const memory = followMemory(cloud.pid);
      const rounds: Round[] = [];
      for (const rate of RATES) rounds.push(await playRound(cloud.pid, pairs, rate, seconds));
      const peak = memory.stop();
      await delay(SETTLE_MS);
      const after = await restFor(cloud.pid, option(options, "idle"));
      await pairs.close();
      return [
        ...idleFigures("idle", idle, 250),
        ...rounds.flatMap((round) => roundFigures(round, bounds.get(round.rate))),
        ...memoryFigures("under load, at most", peak, 400),
        ...idleFigures("idle after it, sockets open", after, 250),
      ];
    } finally {
      await cloud.stop();
    }
  },
};

interface Rest {
  /** Seconds of CPU of all processes, a second. */
  readonly cpuShare: number;
  readonly memory: MemoryFigures;
}

async function restFor(pid: number, seconds: number): Promise<Rest> {
  const before = cpuByRole(pid);
  const begun = performance.now();
  await delay(seconds * 1000);
  const used = totalOf(usedSince(before, cpuByRole(pid)));
  return { cpuShare: used / ((performance.now() - begun) / 1000), memory: memoryOf(pid) };
}

interface Round {
  readonly rate: number;
  readonly latencies: Durations;
  readonly failures: number;
  /** Seconds, the load's own process included. */
  readonly cpu: CpuByRole;
}

async function playRound(pid: number, pairs: Pairs, rate: number, seconds: number): Promise<Round> {
  const latencies = createDurations();
  let failures = 0;
  const [before, ownBefore] = [cpuByRole(pid), process.cpuUsage()];
  await atRate(rate, seconds, async (index) => {
    const begun = performance.now();
    if (await pairs.send(index, `Message ${index}`)) latencies.add(performance.now() - begun);
    else failures += 1;
  });
  const used = usedSince(before, cpuByRole(pid));
  const own = process.cpuUsage(ownBefore);
  const cpu = new Map([...used, [LOAD, (own.user + own.system) / 1e6]]);
  return { rate, latencies, failures, cpu };
}

const totalOf = (cpu: CpuByRole): number => [...cpu.values()].reduce((sum, seconds) => sum + seconds, 0);

function idleFigures(when: string, { cpuShare, memory }: Rest, mostMb: number): Figure[] {
  const percent = cpuShare * 100;
  return [
    { name: `${when}: CPU of all processes`, value: percent, unit: "% of a core", bound: atMost(percent, 2) },
    ...memoryFigures(when, memory, mostMb),
  ];
}

const memoryFigures = (
  when: string,
  { processes, proportionalMb, residentMb }: MemoryFigures,
  mostMb: number,
) => [
  { name: `${when}: processes of Node and the engine`, value: processes },
  {
    name: `${when}: memory, what is shared counted once`,
    value: proportionalMb,
    unit: "MB",
    bound: atMost(proportionalMb, mostMb),
  },
  { name: `${when}: memory, what is shared counted for each`, value: residentMb, unit: "MB" },
];

/** Less is no part of a send: an engine's clock, a process that came to its end. */
const LEAST_MS = 0.05;

function roundFigures({ rate, latencies, failures, cpu }: Round, mostMs: number | undefined): Figure[] {
  const p50 = latencies.percentile(0.5);
  const whole = totalOf(cpu) - (cpu.get(LOAD) ?? 0);
  const functions = [...cpu].reduce(
    (sum, [role, seconds]) => sum + (role.endsWith("Function") ? seconds : 0),
    0,
  );
  const perSend = new Map([...cpu].map(([role, seconds]) => [role, (seconds / latencies.count) * 1000]));
  return [
    { name: `${rate}/s: not acked`, value: failures, bound: exactly(failures, 0) },
    {
      name: `${rate}/s: send to ack, p50`,
      value: p50,
      unit: "ms",
      ...(mostMs === undefined ? {} : { bound: atMost(p50, mostMs) }),
    },
    { name: `${rate}/s: send to ack, p99`, value: latencies.percentile(0.99), unit: "ms" },
    ...[...perSend]
      .filter(([, ms]) => ms >= LEAST_MS)
      .map(([role, value]) => ({ name: `${rate}/s: CPU a send, ${role}`, value, unit: "ms" })),
    {
      name: `${rate}/s: CPU of all processes in that of the functions`,
      value: whole / functions,
      unit: "times",
    },
  ];
}
