import { randomUUID } from "node:crypto";
import type { FunctionModel } from "../assembly/model.ts";
import type { ProcessIdentity } from "./function-environment.ts";
import { createCoreWatch } from "./free-cores.ts";
import type { FunctionLog } from "./function-log.ts";
import type { Outcome, WorkItem } from "./function-process.ts";
import type { FunctionInvoker, InvocationResult, InvokeOptions } from "./invocation.ts";
import type { ProcessHooks } from "./process-hooks.ts";
import { createProcessSet, type ProcessSet } from "./process-set.ts";
import { startRuntimeApi } from "./runtime-api.ts";
import { CHAIN_LIMIT, traceInvocation } from "./trace-header.ts";

/** Processes of one function at a time, where the template reserves no concurrency: one machine, not a region. */
const DEFAULT_CONCURRENCY = 10;
/**
 * The service starts a process at once, with a core for it. Here all share a few, and one that is warm has served
 * ten requests before a new one has loaded its code. The more there are, the longer is the wait for yet another:
 * what waits for a core is not served by it, while where functions really wait, ten run a quarter of a second after
 * the first.
 */
const PATIENCE_MS = 25;
/** Long enough for the pauses of a person who tries something, short for a laptop's memory. */
const SPARE_MS = 20_000;

/** What Lambda answers instead of running a function that its own requests have led to too often. */
const RECURSION_STOPPED: Outcome = {
  type: "error",
  errorType: "RecursiveInvocationException",
  errorMessage: `Lambda has stopped the function: it has run ${CHAIN_LIMIT} times in one chain of requests`,
};

export interface FunctionPoolOptions {
  readonly functions: readonly FunctionModel[];
  /** Variables a process gets beside the template's and the runtime's: where the local services are. */
  readonly endpointsEnv: (process: ProcessIdentity) => Readonly<Record<string, string>>;
  readonly log: FunctionLog;
  readonly hooks?: ProcessHooks;
  /** The Node that runs functions of a runtime; default: this process's own. */
  readonly nodeFor?: (runtime: string) => string;
  /** Limit on the processes of one function; default 10. */
  readonly defaultConcurrency?: number;
  /** For each process of a function, how long a request waits before another is started for it; default 25. */
  readonly patienceMs?: number;
  /** Whether a core is free for one more process; default: of this machine. Without, a request waits a second for each. */
  readonly takeCore?: () => boolean;
  /** How long a process beside another of its function may wait for work before it is ended; default 20,000. */
  readonly spareMs?: number;
}

export interface FunctionPool extends FunctionInvoker {
  /**
   * Replaces code and environment of all functions. Requests in flight end on the processes they run on;
   * those still waiting and all later ones get new processes.
   */
  reload(functions: readonly FunctionModel[]): void;
  /** Starts a process ahead of the first request; resolves when it waits for work or has failed to start. */
  warm(functionId: string): Promise<void>;
  /** Kills every process. What is in flight or waiting ends as an error. */
  close(): Promise<void>;
}

/** Runs functions as child processes that speak Lambda's Runtime API. */
export async function createFunctionPool(options: FunctionPoolOptions): Promise<FunctionPool> {
  const { log, endpointsEnv, hooks } = options;
  const runtimeApi = await startRuntimeApi();
  const takeCore = options.takeCore ?? createCoreWatch();
  const retired = new Set<ProcessSet>();
  let closed = false;

  const createSets = (functions: readonly FunctionModel[]): Map<string, ProcessSet> =>
    new Map(
      functions.map((fn) => {
        const limit = fn.maxConcurrency ?? options.defaultConcurrency ?? DEFAULT_CONCURRENCY;
        const node = options.nodeFor?.(fn.runtime) ?? process.execPath;
        const { patienceMs = PATIENCE_MS, spareMs = SPARE_MS } = options;
        const parts = { node, runtimeApi, endpointsEnv, log, hooks, patienceMs, takeCore, spareMs };
        return [fn.id, createProcessSet({ fn, limit: Math.max(1, limit), ...parts })];
      }),
    );
  let sets = createSets(options.functions);

  const invoke = (functionId: string, event: unknown, given: InvokeOptions = {}) => {
    const { cause = "", timeoutMs, traceHeaders = [] } = given;
    const requestId = randomUUID();
    const set = sets.get(functionId);
    if (set === undefined || closed) {
      const errorMessage = closed ? "The local cloud is closing" : `There is no function ${functionId}`;
      const errorType = closed ? "ServiceException" : "ResourceNotFoundException";
      return Promise.resolve<InvocationResult>({ type: "error", errorType, errorMessage, requestId });
    }
    const startedAt = performance.now();
    const trace = traceInvocation(functionId, traceHeaders);
    const isLoop = trace.run > CHAIN_LIMIT && set.fn.allowsRecursion !== true;
    return new Promise<InvocationResult>((resolve) => {
      // The caller's patience only: like behind an integration's timeout, the function goes on.
      const patience =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => resolve({ type: "timeout", requestId }), timeoutMs);
      const item: WorkItem = {
        requestId,
        body: JSON.stringify(event ?? null),
        traceHeader: trace.header,
        submittedAt: startedAt,
        settle: (outcome, cold) => {
          clearTimeout(patience);
          log.invocation({
            functionId,
            functionName: set.fn.name,
            requestId,
            cause,
            ...recordsOf(event),
            ms: Math.round((performance.now() - startedAt) * 10) / 10,
            cold,
            outcome: outcome.type,
            ...statusOf(outcome),
            ...(outcome.type === "error" ? { error: `${outcome.errorType}: ${outcome.errorMessage}` } : {}),
          });
          resolve({ ...outcome, requestId });
        },
      };
      if (isLoop) item.settle(RECURSION_STOPPED, false);
      else set.submit(item);
    });
  };

  const refuse = (reason: string): Outcome => ({
    type: "error",
    errorType: "ServiceException",
    errorMessage: reason,
  });

  return {
    invoke,
    warm: async (functionId) => sets.get(functionId)?.warm(),
    reload: (functions) => {
      if (closed) return;
      const old = sets;
      sets = createSets(functions);
      for (const [id, set] of old) {
        retired.add(set);
        for (const item of set.retire(() => retired.delete(set))) {
          const successor = sets.get(id);
          if (successor !== undefined) successor.submit(item);
          else item.settle(refuse(`The function ${set.fn.name} is no longer part of the app`), false);
        }
      }
    },
    close: async () => {
      closed = true;
      const all = [...sets.values(), ...retired];
      for (const set of sets.values()) {
        for (const item of set.retire(() => undefined))
          item.settle(refuse("The local cloud is closing"), false);
      }
      await Promise.all(all.map((set) => set.kill()));
      await runtimeApi.close();
    },
  };
}

function recordsOf(event: unknown): { records?: number } {
  if (typeof event !== "object" || event === null || !("Records" in event)) return {};
  return Array.isArray(event.Records) ? { records: event.Records.length } : {};
}

/** What a response of the proxy kind gives as its status. */
function statusOf(outcome: Outcome): { status?: number } {
  if (outcome.type !== "ok" || typeof outcome.payload !== "object" || outcome.payload === null) return {};
  const status = "statusCode" in outcome.payload ? Number(outcome.payload.statusCode) : Number.NaN;
  return Number.isInteger(status) ? { status } : {};
}
