import type { Message, User } from "@parley/client";
import { MAX_MENTIONS, MAX_MENTIONS_BYTES } from "../../../lambdas/protocol/limits.ts";

/** Where a text mentions somebody: from its `@` to the end of the handle. */
export interface Mention {
  readonly from: number;
  readonly to: number;
  /** Several only where they have the same handle. */
  readonly ids: readonly string[];
}

// What is written without spaces between words can stand beside a handle.
const WORD = String.raw`[[\p{L}\p{M}\p{N}_]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]]`;
/** Not that of an address, `me@example.com` or `https://example.com/@me`. */
const AT = new RegExp(String.raw`(?<!${WORD}|[.+\-\/])@`, "gv");
/** A handle ends here: `@al.` mentions al, `@al.son` somebody else. */
const END = new RegExp(String.raw`^(?!${WORD}|[.@\-]${WORD})`, "v");
const LONGEST_BEGUN = 64;

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Every handle of these people behind an `@`, in the order of the text; of two that begin alike the longer. */
export function mentionsIn(text: string, people: readonly User[]): readonly Mention[] {
  if (people.length === 0) return [];
  return [...text.matchAll(AT)].flatMap(({ index: from }): readonly Mention[] => {
    const begin = from + 1;
    const meant = people.filter(({ name }) => {
      const end = begin + name.length;
      return name !== "" && fold(text.slice(begin, end)) === fold(name) && END.test(text.slice(end));
    });
    const length = Math.max(...meant.map(({ name }) => name.length));
    const ids = meant.filter(({ name }) => name.length === length).map(({ id }) => id);
    return ids.length === 0 ? [] : [{ from, to: begin + length, ids }];
  });
}

/** Whom a text mentions, as far as a message can bear it. */
export function mentionedIn(text: string, people: readonly User[]): readonly string[] {
  return withinLimits(mentionsIn(text, people).flatMap(({ ids }) => ids));
}

/**
 * Whom a message mentions once it says `content`: those of the text, and those whom another app mentioned without a
 * handle in it. null: the same as before.
 * @param isComplete whether `people` are all members: who is none of them would have the edit refused
 */
export function mentionedAnew(
  { content: before, mentions }: Pick<Message, "content" | "mentions">,
  content: string,
  people: readonly User[],
  isComplete: boolean,
): readonly string[] | null {
  const written = mentionsIn(before, people).flatMap(({ ids }) => ids);
  const kept = mentions.filter((id) => !written.includes(id) && isThere(id));
  const next = withinLimits([...kept, ...mentionsIn(content, people).flatMap(({ ids }) => ids)]);
  const isSame = next.length === mentions.length && next.every((id) => mentions.includes(id));
  return isSame ? null : next;

  function isThere(wanted: string): boolean {
    return !isComplete || people.some(({ id }) => id === wanted);
  }
}

function withinLimits(ids: readonly string[]): readonly string[] {
  const most = [...new Set(ids)].slice(0, MAX_MENTIONS);
  while (new TextEncoder().encode(JSON.stringify(most)).length > MAX_MENTIONS_BYTES) most.pop();
  return most;
}

/** The mention that is being written where the caret stands: an `@` and what follows it. */
export function begunMention(
  text: string,
  caret: number,
): { readonly from: number; readonly wanted: string } | null {
  const from = [...text.slice(0, caret).matchAll(AT)].at(-1)?.index;
  if (from === undefined) return null;
  const wanted = text.slice(from + 1, caret);
  // A handle may have spaces in it; one that was written to its end is followed by one.
  const isBegun = wanted !== "" && wanted.length <= LONGEST_BEGUN && /^\S(.*\S)?$/.test(wanted);
  return isBegun ? { from, wanted } : null;
}

/** Those whose handle or name begins so, by handle first. */
export function beginningSo(people: readonly User[], wanted: string, most: number): readonly User[] {
  const folded = fold(wanted);
  const byHandle = people.filter(({ name }) => fold(name).startsWith(folded));
  const byName = people.filter((one) => !byHandle.includes(one) && fold(one.displayName).startsWith(folded));
  return [...byHandle, ...byName].slice(0, most);
}

/** Whether nothing is left to be written of it. */
export const isHandle = (people: readonly User[], wanted: string): boolean =>
  people.some(({ name }) => fold(name) === fold(wanted));
