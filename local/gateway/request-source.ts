import type { IncomingMessage } from "node:http";
import { newTraceId } from "./identifiers.ts";

export interface RequestSource {
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** Name and value in the order and casing received, less what belongs to this hop, plus the gateway's own. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const HOP_BY_HOP = new Set([
  "connection",
  "upgrade",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
]);

/** What both kinds of API tell their integrations about where a request came from. `now` in milliseconds. */
export function readSource(req: IncomingMessage, now: number): RequestSource {
  const sourceIp = (req.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
  const received = pairs(req.rawHeaders);
  const forwarded = received
    .filter(([name]) => name.toLowerCase() === "x-forwarded-for")
    .map(([, value]) => value);
  const headers = received.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !isOurs(name));
  headers.push(
    ["X-Amzn-Trace-Id", newTraceId(now)],
    ["X-Forwarded-For", [...forwarded, sourceIp].join(", ")],
    ["X-Forwarded-Port", String(req.socket.localPort ?? 443)],
    ["X-Forwarded-Proto", "http"],
  );
  return { sourceIp, userAgent: req.headers["user-agent"], headers };
}

function isOurs(name: string): boolean {
  return /^(x-amzn-trace-id|x-forwarded-(for|port|proto))$/i.test(name);
}

function pairs(raw: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) result.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return result;
}
