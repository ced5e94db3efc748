import { createInterface } from "node:readline";
import type { Style } from "./style.ts";

/** What happens at the keyboard. */
export interface ScreenHandlers {
  /** Enter was pressed. May hold several lines, where they were pasted. */
  line(text: string): void;
  /** Keys are pressed, or have been left alone for a while. */
  typing(on: boolean): void;
  /** The word at the end of a line, completed; null where it is not known what is meant. */
  complete(line: string): string | null;
  /** The lines between the text and what is being written, each no wider than the columns. */
  footer(columns: number, style: Style): readonly string[];
}

/** Where a chat is shown, and where it is written. */
export interface Screen {
  /** Whether it has a footer, which tells of states; if not, each change of one is printed. */
  readonly isLive: boolean;
  readonly style: Style;
  /** How wide its rows are. */
  columns(): number;
  /** Text for good, above what is being written. */
  print(text: string): void;
  /** The footer may be another one now. */
  refresh(): void;
  /** Resolves when the input ends. */
  closed(): Promise<void>;
  close(): void;
}

/** For pipes, and terminals that can do nothing but print (TERM=dumb): line after line, without escape sequences. */
export function plainScreen(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  style: Style,
  handlers: ScreenHandlers,
  signal: AbortSignal,
): Screen {
  const lines = createInterface({ input, signal, crlfDelay: Infinity });
  lines.on("line", (line) => handlers.line(line));
  const closed = new Promise<void>((resolve) => lines.once("close", resolve));
  return {
    isLive: false,
    style,
    columns: () => Infinity,
    print: (text) => void output.write(`${style.encode(text)}\n`),
    refresh: () => undefined,
    closed: () => closed,
    close: () => lines.close(),
  };
}
