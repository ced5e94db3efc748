import type { DatabaseCall, ProcessLedger } from "../faults/process-ledger.ts";
import type { FunctionLog, InvocationLogEntry } from "../functions/function-log.ts";
import type { GatewayLog } from "../gateway/log-line.ts";
import { createLatencies, type Latencies } from "./latencies.ts";

/** One invocation, or what the gateway answered without one. */
export interface RequestRecord {
  /** When it ended: ISO 8601. */
  readonly at: string;
  /** A route key, a push, a queue or a stream. */
  readonly route: string;
  /** The function's short name; null where none was called. */
  readonly function: string | null;
  readonly ms: number;
  /** The status that was answered; null for an invocation that answers with none. */
  readonly status: number | null;
  readonly outcome: "ok" | "error" | "timeout";
  readonly error?: string;
  readonly cold: boolean | null;
  /** The invocation's; null where none took place. */
  readonly requestId: string | null;
  readonly databaseCalls: readonly DatabaseCall[];
  /** Sums over the calls whose units are known. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** One function since the start. Times in milliseconds, over its last thousand invocations. */
export interface FunctionRecord {
  readonly id: string;
  readonly name: string;
  readonly invocations: number;
  readonly cold: number;
  readonly warm: number;
  /** Timeouts included. */
  readonly errors: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface Records {
  /** Notes each invocation; give it beside the log. */
  readonly invocation: FunctionLog["invocation"];
  /** Notes what was answered without a function. */
  readonly gateway: GatewayLog;
  /** Newest first. */
  requests(): readonly RequestRecord[];
  /** In the order given. */
  functions(of: readonly { readonly id: string; readonly name: string }[]): readonly FunctionRecord[];
}

interface Counter {
  invocations: number;
  cold: number;
  errors: number;
  readonly latencies: Latencies;
}

const newCounter = (): Counter => ({ invocations: 0, cold: 0, errors: 0, latencies: createLatencies() });

/** Keeps the last requests and a counter for each function, in memory. */
export function createRecords(ledger: Pick<ProcessLedger, "takeCalls">, kept = 500): Records {
  const requests: Omit<RequestRecord, "readUnits" | "writeUnits">[] = [];
  const counters = new Map<string, Counter>();
  const keep = (request: (typeof requests)[number]): void => {
    requests.push(request);
    // Cut rarely: moving the whole list for each request would cost more than the list itself.
    if (requests.length >= 2 * kept) requests.splice(0, requests.length - kept);
  };
  return {
    invocation: (entry) => {
      count(counters, entry);
      keep({
        at: new Date().toISOString(),
        route: entry.cause,
        function: entry.functionName,
        ms: entry.ms,
        status: entry.status ?? null,
        outcome: entry.outcome,
        ...(entry.error === undefined ? {} : { error: entry.error }),
        cold: entry.cold,
        requestId: entry.requestId,
        databaseCalls: ledger.takeCalls(entry.requestId),
      });
    },
    gateway: (line) => {
      if (line.type !== "request" || line.functionId !== undefined) return;
      keep({
        at: new Date().toISOString(),
        route: line.route,
        function: null,
        ms: Math.round(line.ms * 10) / 10,
        status: line.status,
        outcome: line.status < 500 ? "ok" : "error",
        cold: null,
        requestId: null,
        databaseCalls: [],
      });
    },
    // Units are summed when asked for: a call that outlives its invocation is added to its list later.
    requests: () =>
      requests
        .slice(-kept)
        .reverse()
        .map((request) => ({
          ...request,
          readUnits: unitsOf(request.databaseCalls, "read"),
          writeUnits: unitsOf(request.databaseCalls, "write"),
        })),
    functions: (of) =>
      of.map(({ id, name }) => {
        const { invocations, cold, errors, latencies } = counters.get(id) ?? newCounter();
        const [p50, p99] = [latencies.percentile(0.5), latencies.percentile(0.99)];
        return { id, name, invocations, cold, warm: invocations - cold, errors, p50, p99 };
      }),
  };
}

function count(counters: Map<string, Counter>, { functionId, cold, outcome, ms }: InvocationLogEntry): void {
  let counter = counters.get(functionId);
  if (counter === undefined) counters.set(functionId, (counter = newCounter()));
  counter.invocations += 1;
  if (cold) counter.cold += 1;
  if (outcome !== "ok") counter.errors += 1;
  counter.latencies.add(ms);
}

function unitsOf(calls: readonly DatabaseCall[], kind: DatabaseCall["kind"]): number {
  return calls.reduce((sum, call) => sum + (call.kind === kind ? (call.units ?? 0) : 0), 0);
}
