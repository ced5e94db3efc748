import { LinkifyIt } from "linkify-it";

export interface TextPart {
  readonly text: string;
  /** Of a link: of http, https or mailto, never another scheme. */
  readonly url: string | null;
}

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false });
linkify.add("ftp:", null).add("//", null);

/** The text cut at its links. */
export function partsOf(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { index, lastIndex, url } of linkify.match(text) ?? []) {
    if (index > at) parts.push({ text: text.slice(at, index), url: null });
    parts.push({ text: text.slice(index, lastIndex), url: /^(https?|mailto):/i.test(url) ? url : null });
    at = lastIndex;
  }
  if (at < text.length) parts.push({ text: text.slice(at), url: null });
  return parts;
}

const EMOJI = new RegExp(String.raw`^(?:\p{RGI_Emoji}|\s)+$`, "v");
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const MOST = 6;

/** Nothing but a few emoji: shown large. */
export function isEmojiOnly(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length > 80 || !EMOJI.test(trimmed)) return false;
  return [...graphemes.segment(trimmed.replace(/\s/g, ""))].length <= MOST;
}
