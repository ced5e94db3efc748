import type { IncomingMessage } from "node:http";
import type { CorsModel } from "../../assembly/model.ts";

type HeaderPairs = (readonly [name: string, value: string])[];

/** True for what the gateway answers by itself once CORS is configured, with or without an OPTIONS route. */
export function isPreflight(req: IncomingMessage): boolean {
  return (
    req.method === "OPTIONS" &&
    req.headers.origin !== undefined &&
    req.headers["access-control-request-method"] !== undefined
  );
}

/** The headers of a 204 to a preflight; none where the origin is not allowed. */
export function preflightHeaders(cors: CorsModel, origin: string | undefined): HeaderPairs {
  const headers = responseHeaders(cors, origin);
  if (headers.length === 0) return [];
  if (cors.allowMethods.length > 0)
    headers.push(["access-control-allow-methods", cors.allowMethods.join(",")]);
  if (cors.allowHeaders.length > 0)
    headers.push(["access-control-allow-headers", cors.allowHeaders.join(",")]);
  if (cors.maxAge !== undefined) headers.push(["access-control-max-age", String(cors.maxAge)]);
  return headers;
}

/** What the gateway adds to every answer to an allowed origin, in place of the function's own CORS headers. */
export function responseHeaders(cors: CorsModel, origin: string | undefined): HeaderPairs {
  if (origin === undefined || !cors.allowOrigins.some((allowed) => matches(allowed, origin))) return [];
  const headers: HeaderPairs = [
    ["access-control-allow-origin", cors.allowOrigins.includes("*") ? "*" : origin],
  ];
  if (cors.allowCredentials) headers.push(["access-control-allow-credentials", "true"]);
  if (cors.exposeHeaders.length > 0) {
    headers.push(["access-control-expose-headers", cors.exposeHeaders.join(",")]);
  }
  return headers;
}

export function isCorsHeader(name: string): boolean {
  return name.startsWith("access-control-");
}

/** `*`, an exact origin, or a scheme with a wildcard: `https://*`. */
function matches(allowed: string, origin: string): boolean {
  if (allowed === "*") return true;
  return allowed.endsWith("*") ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin;
}
