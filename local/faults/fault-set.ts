/** What the local cloud is told to do wrong, as `POST /_local/faults` takes it. Shares lie between 0 and 1. */
export interface FaultSet {
  /** The same seed, the same decisions: the n-th of a kind falls alike in every run. */
  readonly seed?: number;
  /** Share of the `$disconnect`s that are never delivered. */
  readonly loseDisconnect?: number;
  /** The first rule that applies to a push answers it instead of sending it, or holds it up. */
  readonly push?: readonly PushFault[];
  readonly kill?: KillFault;
  readonly database?: DatabaseFault;
  /** Reads of a global index see each write that many milliseconds later. */
  readonly indexLagMs?: number;
  /** Share of the eventually consistent reads of tables that are answered from a moment ago. */
  readonly staleReads?: number;
  /** Deliveries of table streams and queues alike. */
  readonly stream?: StreamFault;
  /** A connection's id or `all`: its TCP connection ends at once, without a close frame. Done once, not kept. */
  readonly cut?: string;
  /** In place of the service's ten minutes, for open connections too. */
  readonly idleMs?: number;
  /** In place of the service's two hours, for open connections too. */
  readonly lifetimeMs?: number;
  /** By function: how many milliseconds its clock is ahead (or behind, if negative). */
  readonly clockSkewMs?: ReadonlyMap<string, number>;
}

export type PushStatus = 410 | 429 | 500;

export interface PushFault {
  /** What it is answered with; without one it is sent, only later. */
  readonly status?: PushStatus;
  /** So long the push hangs before it is answered, or sent. */
  readonly delayMs?: number;
  /** Default 1. */
  readonly share: number;
  /** Default: all connections. */
  readonly connectionId?: string;
}

/** The function's process is killed at the nth database call of an invocation. */
export interface KillFault {
  /** A function's short name in any case, with or without `Function`. */
  readonly function: string;
  /** Before the call reaches the database, or after it has answered and the function has not seen it. */
  readonly when: "before" | "after";
  /** 1 is an invocation's first call; what the SDK repeats counts anew. */
  readonly call: number;
  /** How many invocations it hits. */
  readonly times: number;
}

export const DATABASE_ERRORS = [
  "ProvisionedThroughputExceededException",
  "TransactionConflictException",
  "InternalServerError",
  "ThrottlingException",
  "RequestLimitExceeded",
] as const;

export type DatabaseErrorName = (typeof DATABASE_ERRORS)[number];

export interface DatabaseFault {
  /** Answers a share of the functions' database calls. */
  readonly error?: { readonly name: DatabaseErrorName; readonly share: number };
  /** Every database call of a function takes that much longer. */
  readonly delayMs: number;
}

export interface StreamFault {
  /** Each delivery begins that much later. */
  readonly delayMs: number;
  /** Share of the deliveries that are made twice. */
  readonly duplicateShare: number;
}

/** `WebSocketFunction`, `websocket` and `WEBSOCKETFUNCTION` are one function. */
export function functionKey(name: string): string {
  const lower = name.toLowerCase();
  return lower.length > "function".length && lower.endsWith("function")
    ? lower.slice(0, -"function".length)
    : lower;
}
