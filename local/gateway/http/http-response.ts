import { BELIEFS } from "../beliefs.ts";
import { NOT_FROM_FUNCTIONS } from "../owned-headers.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** Reads a function's answer in payload format 2.0; null where the service would answer 500. */
export function readHttpAnswer(payload: unknown): HttpAnswer | null {
  if (!isObject(payload) || !("statusCode" in payload)) {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload ?? null);
    return {
      status: 200,
      headers: [["content-type", "application/json"]],
      cookies: [],
      body: Buffer.from(text),
    };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = payload;
  const status =
    typeof statusCode === "string" && /^\d{3}$/.test(statusCode) ? Number(statusCode) : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) return null;
  if (body !== undefined && body !== null && typeof body !== "string") return null;
  if (cookies !== undefined && cookies !== null && !isListOfText(cookies)) return null;
  const given = readHeaders(headers);
  if (given === null) return null;
  if (!given.some(([name]) => name === "content-type")) {
    given.push(["content-type", BELIEFS.defaultContentType]);
  }
  return {
    status,
    headers: given,
    cookies: isListOfText(cookies) ? cookies : [],
    body: Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8"),
  };
}

function readHeaders(headers: unknown): [string, string][] | null {
  if (headers === undefined || headers === null) return [];
  if (!isObject(headers)) return null;
  const read: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return null;
    const key = name.toLowerCase();
    if (!NOT_FROM_FUNCTIONS.has(key)) read.push([key, String(value)]);
  }
  return read;
}

function isListOfText(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
