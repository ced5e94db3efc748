import { MAX_CLIENT_MESSAGE_ID, MAX_CONTENT_CODE_POINTS, MAX_PAGE } from "./limits.ts";

/** What decoding unknown input gives: the value, or one sentence for the client. */
export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

export const ok = <T>(value: T): Decoded<T> => ({ ok: true, value });
export const bad = (message: string): { readonly ok: false; readonly message: string } => ({
  ok: false,
  message,
});

export type Fields = Readonly<Record<string, unknown>>;

/** Reads one field. Only own properties count: `constructor` and `__proto__` name no field. */
export function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

export function asFields(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** A text that UTF-8 can carry: no half of a surrogate pair. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** Counts at most `limit + 1` code points, so that a huge text costs no more than a long one. */
export function codePoints(text: string, limit: number): number {
  let count = 0;
  for (const _ of text) {
    count += 1;
    if (count > limit) break;
  }
  return count;
}

export function requiredString(fields: Fields, name: string): Decoded<string> {
  const value = fieldOf(fields, name);
  if (typeof value !== "string" || value === "") return bad(`${name} must be a non-empty string.`);
  return ok(value);
}

export function content(fields: Fields): Decoded<string> {
  const value = fieldOf(fields, "content");
  if (typeof value !== "string") return bad("content must be a string.");
  if (value.trim() === "") return bad("content must hold more than white space.");
  if (codePoints(value, MAX_CONTENT_CODE_POINTS) > MAX_CONTENT_CODE_POINTS) {
    return bad(`content must have at most ${MAX_CONTENT_CODE_POINTS} characters.`);
  }
  if (value.includes("\u0000")) return bad("content must not contain U+0000.");
  if (!isWellFormed(value)) return bad("content must not contain lone surrogates.");
  return ok(value);
}

export function optionalClientMessageId(fields: Fields): Decoded<string | null> {
  const value = fieldOf(fields, "clientMessageId");
  if (value === undefined) return ok(null);
  const message = `clientMessageId must be a string of 1 to ${MAX_CLIENT_MESSAGE_ID} characters.`;
  if (typeof value !== "string" || value === "" || !isWellFormed(value)) return bad(message);
  if (codePoints(value, MAX_CLIENT_MESSAGE_ID) > MAX_CLIENT_MESSAGE_ID) return bad(message);
  return ok(value);
}

const seqMessage = (name: string): string => `${name} must be an integer from 0 to 2^53-1.`;

export function seq(fields: Fields, name: string): Decoded<number> {
  const value = fieldOf(fields, name);
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return bad(seqMessage(name));
  return ok(value === 0 ? 0 : value);
}

export function optionalSeq(fields: Fields, name: string): Decoded<number | null> {
  return fieldOf(fields, name) === undefined ? ok(null) : seq(fields, name);
}

const limitMessage = `limit must be an integer from 1 to ${MAX_PAGE}.`;

export function optionalLimit(fields: Fields, otherwise: number): Decoded<number> {
  const value = fieldOf(fields, "limit");
  if (value === undefined) return ok(otherwise);
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return bad(limitMessage);
  return value >= 1 && value <= MAX_PAGE ? ok(value) : bad(limitMessage);
}

/** The same from a query string, where a number is written in digits only. */
export function queryLimit(text: string | undefined, otherwise: number): Decoded<number> {
  if (text === undefined) return ok(otherwise);
  if (!/^[0-9]{1,16}$/.test(text)) return bad(limitMessage);
  const value = Number(text);
  return value >= 1 && value <= MAX_PAGE ? ok(value) : bad(limitMessage);
}
