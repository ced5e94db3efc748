type Paint = (text: string) => string;

/** The signs that stand for states, where the terminal shows them. */
export interface Marks {
  readonly pending: string;
  readonly sent: string;
  readonly read: string;
  readonly failed: string;
  readonly online: string;
  readonly away: string;
  readonly between: string;
  readonly rule: string;
  readonly reply: string;
  readonly pinned: string;
}

const SIGNS: Marks = {
  pending: "…",
  sent: "✓",
  read: "✓✓",
  failed: "✗",
  online: "●",
  away: "○",
  between: " · ",
  rule: "──",
  reply: "↪",
  pinned: "📌",
};
const LETTERS: Marks = {
  pending: "...",
  sent: "+",
  read: "++",
  failed: "x",
  online: "*",
  away: "o",
  between: " - ",
  rule: "--",
  reply: "->",
  pinned: "[pinned]",
};

/** What the terminal can show. */
export interface Style {
  readonly marks: Marks;
  readonly dim: Paint;
  readonly mine: Paint;
  readonly theirs: Paint;
  readonly warning: Paint;
  readonly failure: Paint;
  /** The text as far as the terminal's character set has it. */
  readonly encode: Paint;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @param hasColors whether colours are wanted: neither NO_COLOR, a terminal without, nor a pipe */
export function styleFor(env: Environment, hasColors: boolean): Style {
  const charset = charsetOf(env);
  const paint =
    (code: number): Paint =>
    (text) =>
      hasColors && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    marks: charset === "utf-8" ? SIGNS : LETTERS,
    dim: paint(2),
    mine: paint(36),
    theirs: paint(32),
    warning: paint(33),
    failure: paint(31),
    // Bytes of UTF-8 are control characters of an 8-bit terminal: 0x9B, the middle of many letters, is its CSI.
    encode: (text) => (charset === "other" ? text.replace(/[^\p{ASCII}]/gu, "?") : text),
  };
}

/** By the locale's variables, in the order of POSIX; without a locale most terminals are UTF-8 all the same. */
function charsetOf({ LC_ALL, LC_CTYPE, LANG }: Environment): "utf-8" | "unknown" | "other" {
  const locale = LC_ALL || LC_CTYPE || LANG || "C";
  if (/utf-?8/i.test(locale)) return "utf-8";
  return locale === "C" || locale === "POSIX" ? "unknown" : "other";
}
