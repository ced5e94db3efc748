import { AsyncLocalStorage } from "node:async_hooks";

/** What a line of the log belongs to: ids alone, and of them those that are known. */
export interface Trace {
  /** Lambda's, the `requestId` of Lambda's own lines. */
  readonly requestId?: string;
  /** API Gateway's, the `requestId` of its access log. */
  readonly gatewayRequestId?: string;
  readonly connectionId?: string;
  readonly userId?: string;
  /** Of the worker's queue. */
  readonly messageId?: string;
  /** Of the table's stream. */
  readonly sequenceNumber?: string;
}

/** Kept beside the calls, not in the log: clients made once, at load, log for whichever invocation calls them. */
const current = new AsyncLocalStorage<{ trace: Trace }>();

/** What an event or a token tells of it: undefined is unknown. */
export type PartialTrace = { readonly [K in keyof Trace]: Trace[K] | undefined };

/** Runs something whose lines bear `trace`, and what was known outside. */
export const within = <T>(trace: PartialTrace, run: () => T): T =>
  current.run({ trace: joined(currentTrace(), trace) }, run);

/** From here on the lines of what runs `within` bear this too. */
export function addToTrace(trace: PartialTrace): void {
  const scope = current.getStore();
  if (scope) scope.trace = joined(scope.trace, trace);
}

/** What a line that is written now belongs to. */
export const currentTrace = (): Trace => current.getStore()?.trace ?? {};

function joined(trace: Trace, more: PartialTrace): Trace {
  const known = Object.entries(more).filter(([, id]) => id !== undefined);
  return { ...trace, ...(Object.fromEntries(known) as Trace) };
}
