import { PassThrough } from "node:stream";

const BEGIN = "\u001b[200~";
const END = "\u001b[201~";

/** Has a terminal mark what is pasted (xterm's mode 2004), and leave it. */
export const PASTE_MARKS = { on: "\u001b[?2004h", off: "\u001b[?2004l" };

// Symbols for what a line cannot hold while it is edited.
const NEW_LINE = "␤";
const TAB = "␉";

/** What was meant by a line that was edited. */
export const unfold = (line: string): string => line.replaceAll(NEW_LINE, "\n").replaceAll(TAB, "\t");

const fold = (pasted: string): string =>
  pasted
    .replace(/\r\n?|\n/g, NEW_LINE)
    .replaceAll("\t", TAB)
    // An escape sequence in what was pasted would be taken for keys.
    .replace(/\p{Cc}/gu, "");

/** The terminal's input for readline: lines that are pasted are one line, which is not sent before Enter. */
export class PastingInput extends PassThrough {
  readonly isTTY = true;
  readonly #terminal: NodeJS.ReadStream;
  #isPasting = false;
  /** The beginning of a mark that came in two pieces. */
  #held = "";

  constructor(terminal: NodeJS.ReadStream) {
    super();
    this.#terminal = terminal;
    terminal.setEncoding("utf8");
    terminal.on("data", (chunk: Buffer | string) => this.#take(String(chunk)));
    terminal.once("end", () => this.end());
    // The other end of the terminal is gone: EIO.
    terminal.once("error", () => this.end());
  }

  /** readline asks for it. */
  setRawMode(on: boolean): this {
    this.#terminal.setRawMode(on);
    return this;
  }

  #take(chunk: string): void {
    let text = this.#held + chunk;
    this.#held = "";
    let keys = "";
    while (text !== "") {
      const mark = this.#isPasting ? END : BEGIN;
      const at = text.indexOf(mark);
      const piece = at < 0 ? this.#withoutBegunMark(text, mark) : text.slice(0, at);
      keys += this.#isPasting ? fold(piece) : piece;
      if (at < 0) break;
      this.#isPasting = !this.#isPasting;
      text = text.slice(at + mark.length);
    }
    // Of several keys in one chunk, as a slow line brings them, readline puts all letters at the end of the line,
    // wherever the cursor is.
    for (const key of keys) this.write(key);
  }

  #withoutBegunMark(text: string, mark: string): string {
    // Escape alone is a key, and with [ the beginning of many.
    for (let length = mark.length - 1; length >= (this.#isPasting ? 1 : 3); length -= 1) {
      if (!text.endsWith(mark.slice(0, length))) continue;
      this.#held = text.slice(-length);
      return text.slice(0, -length);
    }
    return text;
  }
}
