import type { Readable } from "node:stream";

/** Where the functions' output and the record of their invocations go. */
export interface FunctionLog {
  line(entry: FunctionLogLine): void;
  invocation(entry: InvocationLogEntry): void;
}

export interface FunctionLogLine {
  readonly functionName: string;
  /** Null for what is written outside of an invocation. */
  readonly requestId: string | null;
  /** TRACE, DEBUG, INFO, WARN, ERROR; what did not come through `console` is INFO or, on stderr, ERROR. */
  readonly level: string;
  /** May have several lines. */
  readonly text: string;
}

export interface InvocationLogEntry {
  readonly functionId: string;
  readonly functionName: string;
  readonly requestId: string;
  readonly cause: string;
  /** How many records it was called with: a stream's, or a queue's messages. */
  readonly records?: number;
  /** From the call to its end, waiting for a process and its start included. */
  readonly ms: number;
  readonly cold: boolean;
  readonly outcome: "ok" | "error" | "timeout";
  /** The `statusCode` of what it returned, if that has one. */
  readonly status?: number;
  /** `errorType: errorMessage`, for an error. */
  readonly error?: string;
}

/** What the bootstrap's `console` writes: time, request id, level, text with \r for each line break. */
const CONSOLE_LINE = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t([0-9a-f-]*)\t([A-Z]+)\t(.*)$/s;

export function parseLine(raw: string, fallback: { requestId: string | null; level: string }) {
  const match = CONSOLE_LINE.exec(raw);
  if (match === null) return { ...fallback, text: raw };
  const [, requestId = "", level = "INFO", text = ""] = match;
  return { requestId: requestId === "" ? null : requestId, level, text: text.replaceAll("\r", "\n") };
}

/** Calls back with each whole line, without its line break, and with the rest when the stream ends. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}
