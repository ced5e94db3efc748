import { ACCESS_LOG_BYTES, dollarsOf, floorDollarsOf, type CostLine } from "./cost-line.ts";
import { differences } from "./charging-rules.ts";
import type { Beginning, Operation } from "./operation.ts";
import type { ComposedStage } from "./composed-stage.ts";
import { withWholeItems } from "./whole-items.ts";

export interface Measured {
  readonly line: CostLine;
  /** The operation's own units, before the worker. */
  readonly own: { readonly WRU: number; readonly RRU: number };
  /** What the engine charged otherwise than the rules. */
  readonly differences: readonly string[];
}

/** Frames and answers, HTTP requests and invocations that an operation takes by beginning at all. */
const BEGINNINGS: Readonly<
  Record<
    Beginning,
    { readonly gatewayMessages: number; readonly httpRequests: number; readonly invocations: number }
  >
> = {
  frame: { gatewayMessages: 2, httpRequests: 0, invocations: 1 },
  "frame without an answer": { gatewayMessages: 1, httpRequests: 0, invocations: 1 },
  "frame for the gateway": { gatewayMessages: 2, httpRequests: 0, invocations: 0 },
  request: { gatewayMessages: 0, httpRequests: 1, invocations: 1 },
  // The authorizer's, and the route's.
  connect: { gatewayMessages: 0, httpRequests: 0, invocations: 2 },
  disconnect: { gatewayMessages: 0, httpRequests: 0, invocations: 1 },
  clock: { gatewayMessages: 0, httpRequests: 0, invocations: 1 },
};

/**
 * Runs the operation alone on the stage, and the worker after it. A scan is an error, whatever it costs. `callMs`: how
 * long each call to the database takes at least, so that what goes on at once also ends at once, and order tells trips.
 */
export async function measureOperation(
  stage: ComposedStage,
  operation: Operation,
  callMs: number,
): Promise<Measured> {
  const { meter } = stage.deployment.table;
  const { queue } = stage.deployment;
  const { sockets } = stage;
  await operation.prepare?.();
  await stage.work(await stage.records());
  meter.reset();
  sockets.reset();
  const queuedBefore = queue.billedRequests();
  const logged = await loggedDuring(async () => {
    meter.latencyMs = callMs;
    try {
      await operation.run();
    } finally {
      meter.latencyMs = 0;
    }
  });
  const own = { WRU: meter.writeUnits, RRU: meter.readUnits };
  const roundTrips = meter.serialTrips(sockets.firstPush);
  const records = await stage.records();
  let work = { invocations: 0, received: 0, records };
  const loggedByWorker = await loggedDuring(async () => {
    work = { ...work, ...(await stage.work(records)) };
  });
  if (meter.counts["Scan"] !== undefined) throw new Error(`${operation.operation} scans the table.`);
  const begun = BEGINNINGS[operation.begins];
  const taken = {
    databaseCalls: meter.calls.length,
    roundTrips,
    WRU: meter.writeUnits,
    RRU: meter.readUnits,
    gatewayMessages: begun.gatewayMessages + sockets.pushes,
    httpRequests: begun.httpRequests,
    invocations: begun.invocations + work.invocations,
    queueRequests: queue.billedRequests() - queuedBefore + 2 * work.received,
    loggedBytes: logged + loggedByWorker + begun.httpRequests * ACCESS_LOG_BYTES,
    worker: {
      WRU: meter.writeUnits - own.WRU,
      RRU: meter.readUnits - own.RRU,
      invocations: work.invocations,
    },
  };
  const calls = await Promise.all(meter.calls.map((call) => withWholeItems(stage.deployment.table, call)));
  return {
    line: {
      operation: operation.operation,
      ...taken,
      dollars: dollarsOf(taken),
      floorDollars: floorDollarsOf(taken, operation.floor),
    },
    own,
    differences: differences(calls, work.records).map((text) => `${operation.operation}: ${text}`),
  };
}

/** The bytes that functions write to their logs meanwhile. */
async function loggedDuring(run: () => Promise<void>): Promise<number> {
  const write = process.stdout.write.bind(process.stdout);
  let bytes = 0;
  process.stdout.write = (text: string | Uint8Array) => {
    bytes += Buffer.byteLength(text);
    return true;
  };
  try {
    await run();
    return bytes;
  } finally {
    process.stdout.write = write;
  }
}
