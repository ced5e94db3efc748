import { writeSync } from "node:fs";
import { clearScreenDown, createInterface, cursorTo, moveCursor } from "node:readline";
import type { Interface, Key } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import { PASTE_MARKS, PastingInput, unfold } from "./pasting-input.ts";
import type { Screen, ScreenHandlers } from "./screen.ts";
import type { Style } from "./style.ts";

/**
 * `prevRows` is the row of the prompt and line, counted from their first, that readline believes the cursor to be in:
 * it goes up as many before it draws. Not documented, there since Node 0.8.
 */
interface Editor extends Interface {
  prevRows?: number;
}

const TYPING_MS = 5_000;
/** A process that could not be stopped (nobody is there to continue it) goes on after it. */
const STOPPED_MS = 100;
const LEAST_COLUMNS = 20;

/**
 * A terminal with a block at its bottom: the footer and the line that is being written. readline edits that line;
 * the footer is part of its prompt, so that it draws both. What is printed stands above.
 */
export class LiveScreen implements Screen {
  readonly isLive = true;
  readonly style: Style;
  readonly #output: WriteStream;
  readonly #lines: Editor;
  readonly #closed: Promise<void>;
  readonly #handlers: ScreenHandlers;
  #prompt = "";
  #lastRow = 0;
  #isDrawn = false;
  /** The terminal is somebody else's: stopped, or at an end. */
  #isAway = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    terminal: ReadStream,
    output: WriteStream,
    style: Style,
    handlers: ScreenHandlers,
    signal: AbortSignal,
  ) {
    this.style = style;
    this.#output = output;
    this.#handlers = handlers;
    const input = new PastingInput(terminal);
    // Before readline's own: it draws anew, from the row that it believes to be in.
    output.on("resize", () => this.#resized());
    this.#lines = createInterface({
      input,
      output,
      terminal: true,
      signal,
      completer: (line: string) => {
        const completed = handlers.complete(line);
        return completed === null ? [[], line] : [[completed], line];
      },
    });
    input.prependListener("keypress", (_text: string | undefined, key: Key) => this.#beforeKey(key));
    input.on("keypress", () => this.#afterKey());
    this.#lines.on("line", (line) => {
      this.#stopTyping();
      // readline has gone to the row below the block.
      this.#erase(this.#lastRow + 1);
      handlers.line(unfold(line));
      this.#draw();
    });
    this.#lines.on("SIGINT", () => this.#interrupted());
    this.#lines.on("SIGTSTP", () => this.#suspend(input));
    this.#closed = new Promise((resolve) => this.#lines.once("close", resolve));
    this.#lines.once("close", () => {
      this.#stopTyping();
      this.#clear();
      this.#isAway = true;
    });
    output.write(PASTE_MARKS.on);
    // A process that ends in any way but SIGKILL leaves the terminal as it was: this, and Node the raw mode.
    process.once("exit", () => {
      try {
        writeSync(1, `${PASTE_MARKS.off}\r\u001b[J`);
      } catch {
        // The terminal is gone.
      }
    });
    this.#draw();
  }

  columns(): number {
    return Math.max(LEAST_COLUMNS, this.#output.columns || 80);
  }

  closed(): Promise<void> {
    return this.#closed;
  }

  close(): void {
    this.#lines.close();
  }

  refresh(): void {
    if (this.#isAway || this.#promptOf() === this.#prompt) return;
    this.#clear();
    this.#draw();
  }

  print(text: string): void {
    this.#clear();
    this.#output.write(`${this.style.encode(text)}\n`);
    this.#draw();
  }

  #promptOf(): string {
    const footer = this.#handlers.footer(this.columns(), this.style);
    return [...footer.map((line) => this.style.encode(line)), "> "].join("\n");
  }

  /** Takes the block away; the cursor is where it began. */
  #clear(): void {
    if (this.#isDrawn && !this.#isAway) this.#erase(this.#lines.getCursorPos().rows);
  }

  #erase(rowsAbove: number): void {
    moveCursor(this.#output, 0, -rowsAbove);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
    this.#lines.prevRows = 0;
    this.#isDrawn = false;
  }

  /** Draws the block where the cursor is. */
  #draw(): void {
    if (this.#isAway || this.#isDrawn) return;
    this.#prompt = this.#promptOf();
    this.#lines.setPrompt(this.#prompt);
    this.#lines.prompt(true);
    this.#isDrawn = true;
  }

  #beforeKey(key: Key): void {
    if (key.name !== "return" && key.name !== "enter") return;
    // Enter goes to the end of the line, from where the height of the block can be told.
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lastRow = this.#lines.getCursorPos().rows;
  }

  #afterKey(): void {
    if (this.#isAway) return;
    const { line } = this.#lines;
    // A command is nobody's business.
    if (line === "" || line.startsWith("/")) return this.#stopTyping();
    if (this.#timer) clearTimeout(this.#timer);
    else this.#handlers.typing(true);
    this.#timer = setTimeout(() => this.#stopTyping(), TYPING_MS);
  }

  #stopTyping(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#handlers.typing(false);
  }

  /**
   * Some terminals break all rows anew when their width changes, some not those that the cursor is in. Going up by the
   * lesser height takes nothing of the conversation away; at the worst a row of the old footer stays.
   */
  #resized(): void {
    if (this.#isAway || !this.#isDrawn) return;
    this.#erase(Math.min(this.#lines.prevRows ?? 0, this.#lines.getCursorPos().rows));
    this.#prompt = this.#promptOf();
    this.#lines.setPrompt(this.#prompt);
    this.#isDrawn = true;
  }

  /** Ctrl-C: away with the line, or, where there is none, an end. */
  #interrupted(): void {
    if (this.#lines.line === "") return this.close();
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lines.write(null, { ctrl: true, name: "u" });
  }

  /** Ctrl-Z: the terminal is the shell's until the process is continued. */
  #suspend(input: PastingInput): void {
    this.#clear();
    this.#isAway = true;
    input.setRawMode(false);
    this.#output.write(PASTE_MARKS.off);
    const resume = (): void => {
      if (!this.#isAway) return;
      this.#isAway = false;
      input.setRawMode(true);
      this.#output.write(PASTE_MARKS.on);
      this.#draw();
    };
    process.once("SIGCONT", resume);
    // The whole job: npm, which may have started this, would go on holding the terminal.
    process.kill(0, "SIGTSTP");
    setTimeout(resume, STOPPED_MS);
  }
}
