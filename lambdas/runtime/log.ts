import type { Log } from "../chat/ports.ts";
import { currentTrace } from "./trace.ts";

/** Put in by the bundling: which build this code is of, the name of its source map. */
declare const BUILD_ID: string | undefined;
const BUILD = typeof BUILD_ID === "undefined" ? undefined : BUILD_ID;

/** The last is above every level that can be set: it is always written. */
const LEVELS = ["debug", "info", "warn", "error", "audit"] as const;
type Level = (typeof LEVELS)[number];

/**
 * One JSON line an entry, straight to stdout: Lambda's JSON log format leaves a line that is JSON as it is,
 * but would put one that came through `console` into a field of its own line, as text. What is logged is ids,
 * counts and causes: never the content of a message, a token or a profile. The default keeps quiet below
 * `warn`: a line an invocation costs as much as the invocation. Each line bears the ids of its invocation
 * and of the build, by which `npm run stack` finds the source map.
 */
export function createLog(level: string | undefined): Log {
  const threshold = Math.max(0, LEVELS.indexOf((level ?? "warn") as Level));
  const write = (at: Level, message: string, fields?: Readonly<Record<string, unknown>>): void => {
    if (LEVELS.indexOf(at) < threshold) return;
    const entry = {
      timestamp: new Date().toISOString(),
      level: at.toUpperCase(),
      message,
      build: BUILD,
      ...currentTrace(),
      ...fields,
    };
    process.stdout.write(`${JSON.stringify(entry)}\n`);
  };
  return {
    audit: (message, fields) => write("audit", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, cause, fields) => write("error", message, { ...fields, cause: describe(cause) }),
  };
}

function describe(cause: unknown): unknown {
  if (!(cause instanceof Error)) return typeof cause;
  const { name, message, stack } = cause;
  return { name, message, stack, ...(cause.cause === undefined ? {} : { cause: describe(cause.cause) }) };
}
