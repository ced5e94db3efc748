/** What the event sources tell their owner; each invocation is in the functions' own log. */
export type EventLog = (line: EventLogLine) => void;

export interface EventLogLine {
  readonly level: "info" | "warning";
  /** The mapping's or schedule's id. */
  readonly source: string;
  readonly message: string;
}

/** Resolves after the time, or at once when the signal ends it. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
