import type { Deployment } from "./deployment.ts";

/** How long each call to the database takes at least: what goes on at once then ends at once, and order tells trips. */
const CALL_MS = 40;

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
  readonly #callMs: number;

  /** Without time for each call, trips of what goes on at once are chance, and the operation's own time shows. */
  constructor(deployment: Deployment, callMs = CALL_MS) {
    this.#deployment = deployment;
    this.#callMs = callMs;
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
    meter.latencyMs = this.#callMs;
    try {
      await run();
    } finally {
      meter.latencyMs = 0;
      management.onRequest = null;
    }
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
