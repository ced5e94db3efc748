/** How the gateway and the event sources call a function, whatever runs it. */
export interface FunctionInvoker {
  /**
   * Runs the function once and resolves with what became of it; it never rejects. Queues while the pool
   * is at its limit.
   */
  invoke(functionId: string, event: unknown, options?: InvokeOptions): Promise<InvocationResult>;
}

export interface InvokeOptions {
  /** What called it, for the log line: a route key, a queue's or a stream's name. */
  readonly cause?: string;
  /** Trace headers of what caused it, by which Lambda counts how often a function has run in one chain. */
  readonly traceHeaders?: readonly string[];
  /** Ends the wait earlier than the function's own timeout, as an integration timeout does. */
  readonly timeoutMs?: number;
}

export type InvocationResult =
  | { readonly type: "ok"; readonly payload: unknown; readonly requestId: string }
  /** The handler threw, or the environment crashed. */
  | {
      readonly type: "error";
      readonly errorType: string;
      readonly errorMessage: string;
      readonly requestId: string;
    }
  | { readonly type: "timeout"; readonly requestId: string };
