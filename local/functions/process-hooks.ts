import type { ProcessIdentity } from "./function-environment.ts";

/** For who watches what the processes work on, or disturbs it. */
export interface ProcessHooks {
  /** A process starts; `kill` ends it at once, with SIGKILL. */
  started(process: ProcessIdentity, kill: () => void): void;
  /** It gets an invocation. */
  began(process: ProcessIdentity, requestId: string): InvocationConditions;
  ended(process: ProcessIdentity): void;
}

export interface InvocationConditions {
  /** How many milliseconds the function's clock is ahead; negative: behind. */
  readonly clockSkewMs: number;
}
