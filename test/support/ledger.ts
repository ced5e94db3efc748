import type { Deployment } from "./deployment.ts";

export interface Cost {
  readonly WRU: number;
  readonly RRU: number;
  /** Database calls that wait for one another: before the first push, or in all where nothing is pushed. */
  readonly trips: number;
  /** Requests to the management API. */
  readonly pushes: number;
}

/** Meters operations one at a time and keeps their figures. */
export class Ledger {
  readonly figures: Record<string, Cost> = {};
  readonly #deployment: Deployment;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  /** Runs the operation alone on the meter. A scan is an error, whatever it costs. */
  async costOf(operation: string, run: () => Promise<unknown>): Promise<Cost> {
    const { table, management } = this.#deployment;
    const { meter } = table;
    meter.reset();
    management.reset();
    let firstPush = Infinity;
    management.onRequest = () => {
      firstPush = Math.min(firstPush, meter.tick());
    };
    await run();
    management.onRequest = null;
    if (meter.counts["Scan"] !== undefined) throw new Error(`${operation} scans the table.`);
    const cost = {
      WRU: meter.writeUnits,
      RRU: meter.readUnits,
      trips: meter.serialTrips(firstPush),
      pushes: management.requests.length,
    };
    this.figures[operation] = cost;
    return cost;
  }
}
