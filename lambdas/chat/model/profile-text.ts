import { codePoints } from "../../protocol/fields.ts";

const MAX_NAME = 128;
const MAX_URL = 2_048;

/** Scripts in which a joiner or non-joiner between two letters changes how they are written. */
const JOINING = [
  "Arabic Syriac Devanagari Bengali Gurmukhi Gujarati Oriya Tamil",
  "Telugu Kannada Malayalam Sinhala Khmer Myanmar Balinese Javanese",
]
  .flatMap((names) => names.split(" "))
  .map((name) => `\\p{Script_Extensions=${name}}`)
  .join("");

/** What is invisible by itself and yet shows: in an emoji, or in a letter's form. */
const MEANT = [
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F\u{E007F}])\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=[${JOINING}])[\u200C\u200D](?=[${JOINING}])`,
  String.raw`(?<=(?![0-9#*])\p{Emoji})[\uFE0E\uFE0F]`,
  String.raw`(?<=[0-9#*])\uFE0F(?=\u20E3)`,
  String.raw`(?<=\p{Script=Han})[\uFE00-\uFE0D\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`,
  String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,6}\u{E007F}`,
].join("|");

/** Controls, line separators, half characters, what turns the direction of a text, and what nobody sees. */
const UNSEEN = String.raw`[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]`;

const UNSEEN_UNLESS_MEANT = new RegExp(`(${MEANT})|${UNSEEN}`, "gu");

const BLANK = String.raw`\p{White_Space}\u2800`;
const BLANK_START = new RegExp(`^[${BLANK}]+`, "u");
/** A joiner at the end is one that the cut has left behind. */
const BLANK_END = new RegExp(`[${BLANK}\\u200C\\u200D]+$`, "u");

/**
 * A name as it stands beside messages: without what could make it look like another or upset the line it
 * stands in, trimmed, cut to 128 code points; null where nothing is left.
 */
export function profileText(text: string): string | null {
  const seen = text
    .replace(UNSEEN_UNLESS_MEANT, (_, meant: string | undefined) => meant ?? "")
    .replace(BLANK_START, "");
  // Cut before the end is trimmed: the pattern looks again at each of a long row of blanks.
  const cut = [...seen].slice(0, MAX_NAME).join("").replace(BLANK_END, "");
  return cut === "" ? null : cut;
}

/** A URL's parser silently drops some of these. */
const NOT_IN_URL = new RegExp(`[${BLANK}]|${UNSEEN}`, "u");

/**
 * The address of a picture, trimmed; null unless it is absolute, has one of the schemes (`https:`) and
 * is at most 2,048 characters long.
 */
export function pictureUrl(text: string, schemes: readonly string[]): string | null {
  const url = text.trim();
  const readable = codePoints(url, MAX_URL) <= MAX_URL && !NOT_IN_URL.test(url) && URL.canParse(url);
  return readable && schemes.includes(new URL(url).protocol) ? url : null;
}
