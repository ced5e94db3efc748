import { clearLine, createInterface, cursorTo } from "node:readline";
import type { Interface } from "node:readline";

const TYPING_MS = 5_000;

export interface ScreenHandlers {
  line(text: string): void;
  /** Keys are pressed, or have been left alone for a while. */
  typing(on: boolean): void;
}

/** Lines above, and the line that is being written below: what is printed does not break into it. */
export class Screen {
  readonly #output: NodeJS.WritableStream;
  readonly #lines: Interface;
  readonly #isTerminal: boolean;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    input: NodeJS.ReadableStream,
    output: NodeJS.WritableStream,
    handlers: ScreenHandlers,
    signal: AbortSignal,
  ) {
    this.#output = output;
    this.#isTerminal = (output as { isTTY?: boolean }).isTTY === true;
    this.#lines = createInterface({ input, output, terminal: this.#isTerminal, signal });
    this.#lines.setPrompt("> ");
    this.#lines.on("line", (line) => {
      this.#stopTyping(handlers);
      handlers.line(line);
      this.#lines.prompt();
    });
    if (this.#isTerminal) input.on("keypress", () => this.#pressed(handlers));
  }

  /** Resolves when the input ends: by Ctrl-D, Ctrl-C, `close`, or the end of a pipe. */
  closed(): Promise<void> {
    return new Promise((resolve) => this.#lines.once("close", resolve));
  }

  close(): void {
    this.#lines.close();
  }

  /** What stands before the line that is being written. */
  prompt(text: string): void {
    this.#lines.setPrompt(`${text}> `);
    this.#lines.prompt(true);
  }

  print(text: string): void {
    if (this.#isTerminal) {
      clearLine(this.#output, 0);
      cursorTo(this.#output, 0);
    }
    this.#output.write(`${text}\n`);
    if (this.#isTerminal) this.#lines.prompt(true);
  }

  #pressed(handlers: ScreenHandlers): void {
    // A command is nobody's business.
    if (this.#lines.line === "" || this.#lines.line.startsWith("/")) return this.#stopTyping(handlers);
    if (this.#timer) clearTimeout(this.#timer);
    else handlers.typing(true);
    this.#timer = setTimeout(() => this.#stopTyping(handlers), TYPING_MS);
  }

  #stopTyping(handlers: ScreenHandlers): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    handlers.typing(false);
  }
}
