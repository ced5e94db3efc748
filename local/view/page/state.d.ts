/** What `GET /_local/state` and `GET /_local/table` answer, as far as the page uses it. */
export interface State {
  readonly functions: readonly FunctionState[];
  readonly connections: readonly ConnectionState[];
  /** Newest first. */
  readonly requests: readonly RequestState[];
  readonly faults: FaultState;
  readonly tables: readonly TableState[];
}

export interface FunctionState {
  readonly id: string;
  readonly name: string;
  readonly invocations: number;
  readonly cold: number;
  readonly warm: number;
  readonly errors: number;
  /** Milliseconds. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface ConnectionState {
  readonly id: string;
  readonly connectedAt: string;
  readonly user: string | null;
  readonly lastActiveAt: string;
}

export interface RequestState {
  readonly at: string;
  readonly route: string;
  readonly function: string | null;
  readonly ms: number;
  readonly status: number | null;
  readonly outcome: "ok" | "error" | "timeout";
  readonly error?: string;
  readonly cold: boolean | null;
  readonly requestId: string | null;
  readonly databaseCalls: readonly CallState[];
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface CallState {
  readonly operation: string;
  readonly table: string | null;
  readonly kind: "read" | "write";
  readonly units: number | null;
  readonly ms: number;
  readonly status: number | null;
  readonly error?: string;
  readonly isFault: boolean;
}

export interface TableState {
  readonly name: string;
  /** Partition key first. */
  readonly key: readonly string[];
}

export type Item = Readonly<Record<string, unknown>>;

export interface TablePage {
  readonly table: string;
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface PushRule {
  /** Missing where the push is only held up. */
  readonly status?: number;
  readonly delayMs?: number;
  readonly share?: number;
  readonly connectionId?: string;
}

export interface FaultState {
  seed?: number;
  loseDisconnect?: number;
  push?: readonly PushRule[];
  kill?: { readonly function: string; readonly when: string; readonly call: number; readonly times?: number };
  database?: { readonly error?: string; readonly share?: number; readonly delayMs?: number };
  stream?: { readonly delayMs?: number; readonly duplicateShare?: number };
  cut?: string;
  idleMs?: number;
  lifetimeMs?: number;
  clockSkewMs?: Readonly<Record<string, number>>;
}
