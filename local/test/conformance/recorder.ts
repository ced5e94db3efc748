import type { FunctionLogLine, InvocationLogEntry } from "../../functions/function-log.ts";
import { startDeadline } from "../support/pace.ts";

export type Fields = Record<string, unknown>;

export interface SeenEvent {
  readonly functionName: string;
  readonly requestId: string;
  readonly event: Fields;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the fixture's functions were called with, as they print it, and how each invocation ended. */
export interface Recorder {
  line(line: FunctionLogLine): void;
  invocation(entry: InvocationLogEntry): void;
  readonly lines: readonly FunctionLogLine[];
  readonly invocations: readonly InvocationLogEntry[];
  all(matches: (seen: SeenEvent) => boolean): readonly SeenEvent[];
  /** Resolves with the matching events once there are so many. */
  until(matches: (seen: SeenEvent) => boolean, count?: number): Promise<readonly SeenEvent[]>;
  /** Resolves once an invocation has ended. */
  ended(requestId: string): Promise<InvocationLogEntry>;
  /** Resolves when the condition, looked at whenever something was recorded, holds. */
  when(condition: () => boolean, what: string): Promise<void>;
}

const DEADLINE_MS = 20_000;
const MARK = "EVENT ";

export function createRecorder(): Recorder {
  const lines: FunctionLogLine[] = [];
  const invocations: InvocationLogEntry[] = [];
  const seen: SeenEvent[] = [];
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const when = (condition: () => boolean, what: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        deadline.cancel();
        listeners.delete(look);
      };
      const look = (): void => {
        if (!condition()) return deadline.progress();
        end();
        resolve();
      };
      const deadline = startDeadline(DEADLINE_MS, () => {
        end();
        reject(new Error(`never came: ${what}`));
      });
      listeners.add(look);
      look();
    });
  return {
    lines,
    invocations,
    line(line) {
      lines.push(line);
      if (line.text.startsWith(MARK)) {
        const event = JSON.parse(line.text.slice(MARK.length)) as Fields;
        const { functionName, requestId } = line;
        seen.push({ functionName, requestId: requestId ?? "", event, at: Date.now() });
      }
      tell();
    },
    invocation(entry) {
      invocations.push(entry);
      tell();
    },
    all: (matches) => seen.filter(matches),
    when,
    async until(matches, count = 1) {
      await when(() => seen.filter(matches).length >= count, `${count} event(s)`);
      return seen.filter(matches);
    },
    async ended(requestId) {
      const found = (): InvocationLogEntry | undefined =>
        invocations.find((entry) => entry.requestId === requestId);
      await when(() => found() !== undefined, `the end of ${requestId}`);
      return found() as InvocationLogEntry;
    },
  };
}
