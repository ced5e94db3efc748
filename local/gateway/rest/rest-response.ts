import { NOT_FROM_FUNCTIONS } from "../owned-headers.ts";
import { isBinary } from "./media-types.ts";

export interface RestAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
  readonly body: Buffer;
}

/**
 * Reads a function's answer in payload format 1.0; null where it is malformed. A body in base64 becomes bytes
 * only where what the client accepts first is a binary media type of the API.
 */
export function readRestAnswer(
  payload: unknown,
  accept: string | undefined,
  binaryMediaTypes: readonly string[],
): RestAnswer | null {
  if (!isObject(payload)) return null;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = payload;
  const status = typeof statusCode === "string" ? Number(statusCode) : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 599) return null;
  if (body !== undefined && body !== null && typeof body !== "string") return null;
  const merged = readHeaders(headers, multiValueHeaders);
  if (merged === null) return null;
  if (!merged.has("content-type")) merged.set("content-type", ["application/json"]);
  const asBytes = isBase64Encoded === true && isBinary(accept?.split(",")[0], binaryMediaTypes);
  return { status, headers: [...merged], body: Buffer.from(body ?? "", asBytes ? "base64" : "utf8") };
}

/** Both kinds together; where a name is in both, the list has the last word (docs: proxy integration output). */
function readHeaders(single: unknown, multi: unknown): Map<string, string[]> | null {
  const read = new Map<string, string[]>();
  for (const [given, isMulti] of [
    [single, false],
    [multi, true],
  ] as const) {
    if (given === undefined || given === null) continue;
    if (!isObject(given)) return null;
    for (const [name, value] of Object.entries(given)) {
      if (value === null) continue;
      if (Array.isArray(value) !== isMulti) return null;
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (!values.every((one) => ["string", "number", "boolean"].includes(typeof one))) return null;
      const key = name.toLowerCase();
      if (!NOT_FROM_FUNCTIONS.has(key)) read.set(key, values.map(String));
    }
  }
  return read;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
