import { bad, isObject, isWellFormed, ok } from "./fields.ts";
import type { Decoder, Fields } from "./fields.ts";
import { MAX_METADATA_BYTES, MAX_METADATA_LEVELS } from "./limits.ts";

/** An integrator's own: a JSON object of bounded size and depth, whose texts UTF-8 can carry. */
export const metadata: Decoder<Fields> = (value, name) => {
  if (!isObject(value)) return bad(`${name} must be a JSON object.`);
  const wrong = wrongWith(value, 1);
  if (wrong) return bad(`${name} must ${wrong}.`);
  return new TextEncoder().encode(JSON.stringify(value)).length <= MAX_METADATA_BYTES
    ? ok(value)
    : bad(`${name} must take at most ${MAX_METADATA_BYTES} bytes as JSON.`);
};

/** What it must, or must not, where it does not; null where nothing is wrong. */
function wrongWith(value: unknown, level: number): string | null {
  if (typeof value === "string") return isWellFormed(value) ? null : "not contain lone surrogates";
  // JSON has no other numbers, but text for some that no double holds: 1e999.
  if (typeof value === "number") return Number.isFinite(value) ? null : "hold finite numbers only";
  if (typeof value !== "object" || value === null) return null;
  if (level > MAX_METADATA_LEVELS) return `have at most ${MAX_METADATA_LEVELS} levels`;
  for (const [key, entry] of Object.entries(value)) {
    // Whoever copies it field by field would set a prototype.
    if (key === "__proto__") return "not have a field __proto__";
    const wrong = wrongWith(key, level) ?? wrongWith(entry, level + 1);
    if (wrong) return wrong;
  }
  return null;
}
