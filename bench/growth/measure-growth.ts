import { Ledger, type Cost } from "../../test/support/ledger.ts";
import { createDurations } from "../measures/durations.ts";
import type { Operation } from "./operation.ts";
import type { Place } from "./place.ts";

export type Taken = Cost & {
  /** Calls of the database. */
  readonly calls: number;
};

/** One operation, at each size from the smallest on. */
export interface Grown {
  readonly name: string;
  readonly at: readonly {
    readonly size: number;
    readonly taken: Taken;
    /** The median, as a multiple of the smallest size's in the same rounds; null where it was done once. */
    readonly timeRatio: number | null;
  }[];
}

/** Each operation at all sizes in turn, so that what else the machine does meets them alike. */
export async function measureGrowth(
  places: readonly Place[],
  operationsOf: (place: Place) => readonly Operation[],
  rounds: number,
): Promise<readonly Grown[]> {
  const all = places.map((place) => ({ place, operations: operationsOf(place) }));
  const grown: Grown[] = [];
  for (const [index, operation] of (all[0]?.operations ?? []).entries()) {
    const runs = all.map(({ place, operations }) => ({
      place,
      operation: operations[index]!,
      times: createDurations(),
      taken: NOTHING,
    }));
    // The first time is for what a function remembers, and for what the engine's disk has to fetch.
    const times = operation.isLong ? 1 : rounds + 1;
    for (let round = 0; round < times; round += 1) {
      for (let turn = 0; turn < runs.length; turn += 1) {
        const run = runs[(turn + round) % runs.length]!;
        const { taken, ms } = await runOnce(run.place, run.operation);
        if (round === 0 && !operation.isLong) continue;
        run.times.add(ms);
        run.taken = mostOfBoth(run.taken, taken);
      }
    }
    const base = runs[0]!.times.percentile(0.5);
    grown.push({
      name: operation.name,
      at: runs.map(({ place: { size }, taken, times }) => ({
        size,
        taken,
        timeRatio: operation.isLong ? null : times.percentile(0.5) / base,
      })),
    });
  }
  return grown;
}

const NOTHING: Taken = { WRU: 0, RRU: 0, trips: 0, pushes: 0, calls: 0 };

const mostOfBoth = (one: Taken, other: Taken): Taken => ({
  WRU: Math.max(one.WRU, other.WRU),
  RRU: Math.max(one.RRU, other.RRU),
  trips: Math.max(one.trips, other.trips),
  pushes: Math.max(one.pushes, other.pushes),
  calls: Math.max(one.calls, other.calls),
});

async function runOnce(
  { deployment }: Place,
  { name, prepare, run, after }: Operation,
): Promise<{ readonly taken: Taken; readonly ms: number }> {
  await prepare?.();
  deployment.queue.take();
  let ms = 0;
  const cost = await new Ledger(deployment, 0).costOf(name, async () => {
    const startedAt = performance.now();
    await run();
    ms = performance.now() - startedAt;
    await after?.();
  });
  return { taken: { ...cost, calls: deployment.table.meter.calls.length }, ms };
}
