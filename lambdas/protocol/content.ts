import { bad, codePoints, isWellFormed, ok } from "./fields.ts";
import type { Decoder } from "./fields.ts";
import { MAX_CONTENT_CODE_POINTS } from "./limits.ts";

/** A character that shows: U+2800 is a braille pattern without dots, and no white space to Unicode. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether a text may be a message's. */
export const isContent = (value: string): boolean =>
  VISIBLE.test(value) &&
  codePoints(value, MAX_CONTENT_CODE_POINTS) <= MAX_CONTENT_CODE_POINTS &&
  !value.includes("\u0000") &&
  isWellFormed(value);

/** A message's text: 1 to 2,000 code points, not white space alone, and nothing that UTF-8 or a database cannot carry. */
export const content: Decoder<string> = (value, name) => {
  if (typeof value !== "string") return bad(`${name} must be a string.`);
  if (isContent(value)) return ok(value);
  if (!VISIBLE.test(value)) return bad(`${name} must hold more than white space and invisible characters.`);
  if (codePoints(value, MAX_CONTENT_CODE_POINTS) > MAX_CONTENT_CODE_POINTS) {
    return bad(`${name} must have at most ${MAX_CONTENT_CODE_POINTS} characters.`);
  }
  return bad(`${name} must not contain ${value.includes("\u0000") ? "U+0000" : "lone surrogates"}.`);
};
