import {
  bad,
  codePoints,
  digits,
  integer,
  isWellFormed,
  nonEmpty,
  ok,
  optional,
  textUpTo,
} from "./fields.ts";
import type { Decoder } from "./fields.ts";
import { MAX_CLIENT_MESSAGE_ID, MAX_CONTENT_CODE_POINTS, MAX_PAGE } from "./limits.ts";

/** The fields that both APIs take. */

export const conversationId = nonEmpty;
/** A position in a conversation's log. */
export const seq = integer(0, Number.MAX_SAFE_INTEGER);
export const limit = (otherwise: number): Decoder<number> => optional(integer(1, MAX_PAGE), otherwise);
export const queryLimit = (otherwise: number): Decoder<number> => optional(digits(1, MAX_PAGE), otherwise);

/** A character that shows: U+2800 is a braille pattern without dots, and no white space to Unicode. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A message's text: 1 to 2,000 code points, not white space alone, and nothing that UTF-8 or a database cannot carry. */
const content: Decoder<string> = (value, name) => {
  if (typeof value !== "string") return bad(`${name} must be a string.`);
  if (!VISIBLE.test(value)) return bad(`${name} must hold more than white space and invisible characters.`);
  if (codePoints(value, MAX_CONTENT_CODE_POINTS) > MAX_CONTENT_CODE_POINTS) {
    return bad(`${name} must have at most ${MAX_CONTENT_CODE_POINTS} characters.`);
  }
  if (value.includes("\u0000")) return bad(`${name} must not contain U+0000.`);
  if (!isWellFormed(value)) return bad(`${name} must not contain lone surrogates.`);
  return ok(value);
};

/** What a client says of a message it means to send, by whichever API. */
export const MESSAGE_TO_SEND = {
  content,
  clientMessageId: optional(textUpTo(MAX_CLIENT_MESSAGE_ID), null),
  afterSeq: optional(seq, null),
} as const;
