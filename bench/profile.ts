import { setTimeout as delay } from "node:timers/promises";
import { option, type Benchmark, type Figure } from "./benchmark.ts";
import { atRate } from "./load/paced.ts";
import { gatherPairs } from "./load/pairs.ts";
import { cpuByRole, usedSince } from "./measures/cpu-by-role.ts";
import { chainOf, type ChainStep, type RequestEvent, type Window } from "./profile/chain.ts";
import { cpuShares, type CpuProfile } from "./profile/cpu-shares.ts";
import { startRecorded } from "./profile/recorded-cloud.ts";

const SENDERS = "WebSocketFunction";
const MAIN = "main process";
/** What takes less is summed up. */
const LEAST_SHARE = 0.015;
const WARM_UP_SECONDS = 5;

export const profile: Benchmark = {
  summary:
    "where a send's time goes in the local cloud: one send's chain, and the CPU under load by what takes it",
  options: { pairs: 40, seconds: 10, sends: 300, low: 50, high: 250 },
  run: async (options) => {
    const [pairs, seconds] = [option(options, "pairs"), option(options, "seconds")];
    const chain = await traceSends(pairs, option(options, "sends"));
    const figures = chainFigures(chain);
    for (const rate of [option(options, "low"), option(options, "high")]) {
      figures.push(...(await profileAt(rate, pairs, seconds)));
    }
    return figures;
  },
};

/** One after the other, so that what happens between a frame and its ack belongs to it. */
async function traceSends(pairs: number, count: number): Promise<ChainStep[]> {
  const recorded = await startRecorded<readonly RequestEvent[]>("requests");
  try {
    const talking = await gatherPairs(recorded.cloud, pairs);
    await atRate(20, WARM_UP_SECONDS, async (index) => void (await talking.send(index, "Warming up")));
    await recorded.take();
    const windows: Window[] = [];
    for (let index = 0; index < count; index += 1) {
      const from = now();
      if (await talking.send(index, `Message ${index}`)) windows.push({ from, to: now() });
      // The worker is called for the message's stream record: not in the next one's time.
      await delay(60);
    }
    const taken = await recorded.take();
    await talking.close();
    return chainOf(windows, taken.get(SENDERS) ?? [], (taken.get(MAIN) ?? []).flat());
  } finally {
    await recorded.stop();
  }
}

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

async function profileAt(rate: number, pairs: number, seconds: number): Promise<Figure[]> {
  const recorded = await startRecorded<CpuProfile>("cpu");
  try {
    const talking = await gatherPairs(recorded.cloud, pairs);
    await atRate(20, WARM_UP_SECONDS, async (index) => void (await talking.send(index, "Warming up")));
    await recorded.take();
    let acked = 0;
    const before = cpuByRole(recorded.cloud.pid);
    await atRate(rate, seconds, async (index) => {
      if (await talking.send(index, `Message ${index}`)) acked += 1;
    });
    const used = usedSince(before, cpuByRole(recorded.cloud.pid));
    const taken = await recorded.take();
    await talking.close();
    return [MAIN, SENDERS].flatMap((role) => [
      {
        name: `${rate}/s, ${role} (${taken.get(role)?.length ?? 0}): CPU a send, the profiler's included`,
        value: ((used.get(role) ?? 0) / acked) * 1000,
        unit: "ms",
      },
      ...shareFigures(`${rate}/s, ${role}`, taken.get(role) ?? []),
    ]);
  } finally {
    await recorded.stop();
  }
}

function shareFigures(whose: string, profiles: readonly CpuProfile[]): Figure[] {
  const shares = cpuShares(profiles);
  const whole = [...shares.values()].reduce((sum, ms) => sum + ms, 0);
  const shown = [...shares].filter(([, ms]) => ms >= whole * LEAST_SHARE);
  const rest = whole - shown.reduce((sum, [, ms]) => sum + ms, 0);
  return [...shown, ["what takes less each", rest] as const].map(([kind, ms]) => ({
    name: `${whose}: ${kind}`,
    value: (ms / whole) * 100,
    unit: "%",
  }));
}

function chainFigures(steps: readonly ChainStep[]): Figure[] {
  const round = (ms: number): string => ms.toFixed(1);
  return steps.map(({ name, at, lasts, inMain, inEngine }) => ({
    name: `chain: ${name}`,
    value: [
      `at ${round(at)}`,
      ...(lasts === undefined ? [] : [`lasts ${round(lasts)}`]),
      ...(inMain === undefined ? [] : [`of which the main process ${round(inMain)}`]),
      ...(inEngine === undefined ? [] : [`the engine ${round(inEngine)}`]),
    ].join(", "),
    unit: "ms",
  }));
}
