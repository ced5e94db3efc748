import type { ProcessIdentity } from "../functions/function-environment.ts";
import type { ProcessHooks } from "../functions/process-hooks.ts";

/** One call of a function to the database. */
export interface DatabaseCall {
  /** e.g. `PutItem`. */
  readonly operation: string;
  /** Null where the call is about none, or several. */
  readonly table: string | null;
  readonly kind: "read" | "write";
  /** Request units as the engine counts them; null where it says nothing, as for a failed condition. */
  readonly units: number | null;
  /** Milliseconds since 1970, with a fraction; never goes back, whatever the machine's clock does. */
  readonly startedAt: number;
  readonly ms: number;
  /** Null where no answer reached the function. */
  readonly status: number | null;
  /** The exception's name. */
  readonly error?: string;
  /** True if it was made to fail, or its caller killed. */
  readonly isFault: boolean;
}

export interface RunningProcess {
  readonly identity: ProcessIdentity;
  /** Ends it as a crash does; nothing it still sends is served. */
  kill(): void;
  readonly isKilled: boolean;
  /** The number of the database call that begins now among those of the invocation; null outside of one. */
  countCall(): number | null;
  record(call: DatabaseCall): void;
}

/** Which processes there are, what each works on, and the database calls of each invocation. */
export interface ProcessLedger {
  readonly hooks: ProcessHooks;
  find(processId: string): RunningProcess | undefined;
  /** The calls of an invocation that has ended, once. One still under way is added when it is done. */
  takeCalls(requestId: string): readonly DatabaseCall[];
}

/** Beyond it an invocation's calls are counted, but no longer listed. */
const LISTED_CALLS = 200;

export function createProcessLedger(clockSkewMs: (functionName: string) => number): ProcessLedger {
  const processes = new Map<string, RunningProcess & { begin(calls: DatabaseCall[]): void }>();
  const callsByRequest = new Map<string, DatabaseCall[]>();
  return {
    hooks: {
      started: (identity, kill) => processes.set(identity.processId, openProcess(identity, kill)),
      began: ({ processId, functionName }, requestId) => {
        const calls: DatabaseCall[] = [];
        callsByRequest.set(requestId, calls);
        processes.get(processId)?.begin(calls);
        return { clockSkewMs: clockSkewMs(functionName) };
      },
      ended: ({ processId }) => processes.delete(processId),
    },
    find: (processId) => processes.get(processId),
    takeCalls: (requestId) => {
      const calls = callsByRequest.get(requestId) ?? [];
      callsByRequest.delete(requestId);
      return calls;
    },
  };
}

function openProcess(identity: ProcessIdentity, end: () => void) {
  let calls: DatabaseCall[] | null = null;
  let count = 0;
  let isKilled = false;
  return {
    identity,
    get isKilled() {
      return isKilled;
    },
    kill: () => {
      isKilled = true;
      end();
    },
    begin: (next: DatabaseCall[]) => {
      calls = next;
      count = 0;
    },
    countCall: () => (calls === null ? null : (count += 1)),
    record: (call: DatabaseCall) => {
      if (calls !== null && calls.length < LISTED_CALLS) calls.push(call);
    },
  };
}
