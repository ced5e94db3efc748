import { bad, ok } from "./fields.ts";
import type { Decoder } from "./fields.ts";
import { MAX_EMOJI_BYTES } from "./limits.ts";

/** A flag, a keycap or a picture, in which colour, style and a region's tags may be. */
const ELEMENT =
  "(?:\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}\\uFE0F?|\\uFE0F|[\\u{E0020}-\\u{E007E}]+\\u{E007F})?)";

/** Emoji sequences as Unicode's UTS 51 writes them, but those of digits and signs alone: each is one grapheme. */
export const EMOJI_PATTERN = `^${ELEMENT}(?:\\u200D${ELEMENT})*$`;

const EMOJI = new RegExp(EMOJI_PATTERN, "u");

/** One emoji, of however many code points: ❤️, 👩‍👩‍👧, 🇪🇺, 5️⃣. */
export const emoji: Decoder<string> = (value, name) =>
  typeof value === "string" &&
  // No text of more UTF-16 units has so few bytes.
  value.length <= MAX_EMOJI_BYTES &&
  EMOJI.test(value) &&
  new TextEncoder().encode(value).length <= MAX_EMOJI_BYTES
    ? ok(value)
    : bad(`${name} must be one emoji of at most ${MAX_EMOJI_BYTES} bytes.`);
