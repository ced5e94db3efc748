import { randomUUID } from "node:crypto";
import { startParley } from "../support/start-parley.ts";
import { playBatch, type BatchOptions, type Played } from "./batch.ts";
import { Ghosts } from "./ghosts.ts";
import { describeHistory, historyOf } from "./history.ts";
import { minimize } from "./minimize.ts";
import { Totals } from "./totals.ts";
import { Weather, weatherOf } from "./weather.ts";

/** Ghosts end with their tokens, so these are as short as a client that renews them can bear. */
const TOKEN_SECONDS = 24;

export interface ChaosOptions {
  readonly histories: number;
  /** The first history's; the others follow it. */
  readonly seed: number;
  /** How many histories are played at once, under the same faults. */
  readonly parallel: number;
  readonly faults: boolean;
  /** How often a history that failed is played again to find a smaller one; 0: not at all. */
  readonly replays: number;
  readonly report: (line: string) => void;
}

export interface ChaosResult {
  readonly totals: Totals;
  /** One text for each history that failed: seed, faults, what was wrong, the history. */
  readonly failures: readonly string[];
  /** Conversations that a worker or a later sender had to bring up to their log. */
  readonly repairs: number;
  /** How often each kind of fault came true, as the local cloud counts them. */
  readonly injected: ReadonlyMap<string, number>;
  readonly seconds: number;
}

/** Starts a local cloud and plays histories on it, batch after batch. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const began = Date.now();
  const cloud = await startParley({
    context: { presenceGraceSeconds: 1, sweepMinutes: 1, logLevel: "info" },
  });
  try {
    const weather = new Weather(cloud);
    const ghosts = new Ghosts();
    const totals = new Totals();
    const failures: string[] = [];
    const play = (
      batch: Pick<BatchOptions, "faults" | "histories">,
      on = ghosts,
    ): Promise<readonly Played[]> =>
      playBatch({
        cloud,
        weather,
        name: randomUUID().slice(0, 8),
        tokenSeconds: TOKEN_SECONDS,
        ghosts: on,
        ...batch,
      });

    for (let done = 0; done < options.histories; done += options.parallel) {
      const first = options.seed + done;
      const count = Math.min(options.parallel, options.histories - done);
      const seeds = Array.from({ length: count }, (_, index) => first + index);
      const faults = options.faults ? weatherOf(first) : null;
      const played = await play({
        faults,
        histories: seeds.map((seed) => ({ seed, history: historyOf(seed) })),
      });
      for (const one of played) totals.add(one);
      for (const failed of played.filter(({ violations }) => violations.length > 0)) {
        const again = async (history: Played["play"]["options"]["history"]) =>
          (await play({ faults, histories: [{ seed: failed.seed, history }] }))[0]!.violations;
        failures.push(await describeFailure(failed, faults, again, options.replays));
        options.report(failures.at(-1)!);
      }
      const seconds = Math.round((Date.now() - began) / 1_000);
      options.report(
        `${totals.histories} of ${options.histories} histories, ${totals.count("operations")} operations, ${totals.count("acked")} acks, ${failures.length} failed, ${seconds} s`,
      );
    }

    if (options.faults) await weather.clear();
    const found = await ghosts.find();
    totals.ghosts = found.length;
    if (found.length > 0) failures.push(`online without a socket or a lease: ${found.join(", ")}`);
    return {
      totals,
      failures,
      repairs: cloud.log().split("head repaired").length - 1,
      injected: await weather.injected(),
      seconds: (Date.now() - began) / 1_000,
    };
  } catch (cause) {
    throw new Error(`The run broke off; the local cloud's log ends:\n${cloud.log().slice(-6_000)}`, {
      cause,
    });
  } finally {
    await cloud.stop();
  }
}

async function describeFailure(
  { seed, play, violations }: Played,
  faults: BatchOptions["faults"],
  again: Parameters<typeof minimize>[1],
  replays: number,
): Promise<string> {
  const list = (found: Played["violations"]): string =>
    found.map(({ kind, text }) => `  ${kind}: ${text}`).join("\n");
  const smaller = await minimize(seed, again, replays);
  return [
    `FAILED: history of seed ${seed}`,
    list(violations),
    `faults, ${faults ? "each for a while, in turn" : "none"}:`,
    ...(faults ?? []).map((set) => `  ${JSON.stringify(set)}`),
    describeHistory(play.options.history),
    smaller
      ? `smaller, after ${smaller.replays} replays:\n${list(smaller.violations)}\n${describeHistory(smaller.history)}`
      : "It did not fail again when it was played alone: it takes the others, or another timing.",
  ].join("\n");
}
