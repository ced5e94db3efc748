import type { InvocationLogEntry } from "../../local/functions/function-log.ts";
import type { RequestRecord } from "../../local/records/records.ts";
import { serialTrips } from "../../test/support/meter.ts";
import type { CloudStage } from "./cloud-stage.ts";
import { ACCESS_LOG_BYTES, type CostLine } from "./cost-line.ts";
import { functionsCpuMs } from "./functions-processes.ts";
import type { Operation } from "./operation.ts";

/** What both ways of measuring count. Requests to the queue are its own count, which the local cloud does not keep. */
export const COUNTED_IN_CLOUD = [
  "databaseCalls",
  "roundTrips",
  "WRU",
  "RRU",
  "gatewayMessages",
  "httpRequests",
  "invocations",
  "loggedBytes",
] as const;

export interface CloudLine extends Pick<CostLine, "operation" | (typeof COUNTED_IN_CLOUD)[number]> {
  /** The invocations by the function's name, e.g. `WorkerFunction`. */
  readonly byFunction: Readonly<Record<string, number>>;
  /** Of all functions' processes. */
  readonly cpuMs: number;
}

/** Longer than calls that are made at once are apart when they arrive: order then tells trips. */
const CALL_MS = 30;

/** Does the operation once through the local cloud, the worker's part included, and counts there. */
export async function measureInCloud(stage: CloudStage, operation: Operation): Promise<CloudLine> {
  await operation.prepare?.();
  await stage.rest();
  stage.takeCounts();
  const cpuBefore = functionsCpuMs();
  stage.callMs = CALL_MS;
  await stage.disturb();
  let firstPush = Infinity;
  try {
    await operation.run();
    ({ firstPush } = stage.counts);
  } finally {
    stage.callMs = 0;
    await stage.disturb();
  }
  await stage.rest();
  const cpuMs = functionsCpuMs() - cpuBefore;
  const counts = stage.takeCounts();
  const invocations = counts.invocations.filter(({ cause }) => isOf(operation, cause));
  const requests = await stage.requestsOf(invocations);
  const calls = requests.flatMap(({ databaseCalls }) => databaseCalls);
  return {
    operation: operation.operation,
    databaseCalls: calls.length,
    roundTrips: tripsBefore(firstPush, requests),
    WRU: unitsOf(calls, "write"),
    RRU: unitsOf(calls, "read"),
    gatewayMessages: counts.frames,
    httpRequests: counts.httpRequests,
    invocations: invocations.length,
    loggedBytes: counts.loggedBytes + counts.httpRequests * ACCESS_LOG_BYTES,
    byFunction: byFunction(invocations),
    cpuMs,
  };
}

/**
 * The sweep looks at everybody once in a while, whatever is done. And where an operation closes others' connections
 * (a sign-out), each `$disconnect` that the gateway then makes is one of the ledger's own, "disconnect".
 */
const isOf = ({ begins }: Operation, cause: string): boolean =>
  !cause.startsWith("schedule ") && (cause !== "$disconnect" || begins === "disconnect");

type Calls = RequestRecord["databaseCalls"];

/** A failed condition, of which the engine says nothing, is charged by the item; none here is larger than a unit. */
const unitsOf = (calls: Calls, kind: Calls[number]["kind"]): number =>
  calls
    .filter((call) => call.kind === kind)
    .reduce(
      (sum, { units, error }) => sum + (units ?? (error === "ConditionalCheckFailedException" ? 1 : 0)),
      0,
    );

/** Of the operation's own functions: what the worker does comes after. */
function tripsBefore(firstPush: number, requests: readonly RequestRecord[]): number {
  const own = requests.filter((request) => request.function !== "WorkerFunction");
  const spans = own.flatMap(({ databaseCalls }) =>
    databaseCalls.map(({ startedAt, ms }) => ({ started: startedAt, ended: startedAt + ms })),
  );
  return serialTrips(spans, firstPush);
}

function byFunction(invocations: readonly InvocationLogEntry[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { functionName } of invocations) counts[functionName] = (counts[functionName] ?? 0) + 1;
  return counts;
}
