import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Terminal as TerminalType } from "@xterm/headless";
import { until, within } from "../../../local/test/support/pace.ts";

// CommonJS, whose names Node does not find.
const { Terminal } = createRequire(import.meta.url)("@xterm/headless") as { Terminal: typeof TerminalType };
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const MAIN = join(import.meta.dirname, "../../terminal/main.ts");
const RUNNER = join(import.meta.dirname, "run-in-terminal.py");

/** A program on a terminal, as somebody sees it who sits before it. */
export interface PseudoTerminal {
  /** Presses keys. */
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  signal(name: "SIGTERM" | "SIGUSR2"): void;
  /** The rows from the first to the last that is not empty. */
  rows(): string[];
  /** The row that the cursor is in, and its column. */
  cursor(): { readonly row: string; readonly column: number };
  /** Every byte it has printed, as text. */
  printed(): string;
  title(): string | null;
  /** Waits until the screen shows it. */
  shows(wanted: string | RegExp): Promise<void>;
  /** Waits until it shows that no more. */
  hides(unwanted: string): Promise<void>;
  /** The colours of a row, from left to right. */
  spans(row: number): readonly Span[];
  stop(): Promise<void>;
  /** Its exit code, and how it has left the terminal. */
  readonly ended: Promise<{ readonly code: number | null; readonly left: string }>;
}

/** Letters of one colour. */
export interface Span {
  readonly column: number;
  readonly text: string;
  /** As in SGR: 0 to 7; null: the terminal's own. */
  readonly colour: number | null;
  readonly isDim: boolean;
}

export interface PseudoTerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The keys that send more than one letter. */
export const KEYS = {
  enter: "\r",
  backspace: "\u007f",
  left: "\u001b[D",
  right: "\u001b[C",
  up: "\u001b[A",
  home: "\u001b[H",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
  ctrlU: "\u0015",
  ctrlZ: "\u001a",
  tab: "\t",
} as const;

/** As terminals paste what they were asked to mark. */
export const pasted = (text: string): string => `\u001b[200~${text.replaceAll("\n", "\r")}\u001b[201~`;

/** The terminal client as a command. */
export const COMMAND: readonly string[] = [process.execPath, "--import", TSX, MAIN];

/** Starts a program on a terminal of its own. Its caller stops it. */
export function runInTerminal(
  command: readonly string[],
  { columns = 80, rows = 24, env = {} }: PseudoTerminalOptions = {},
): PseudoTerminal {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  const child = spawn("python3", [RUNNER, String(columns), String(rows), ...command], {
    // Python would give a program without a locale one of its own.
    env: {
      PYTHONCOERCECLOCALE: "0",
      PATH: process.env["PATH"],
      TERM: "xterm-256color",
      LANG: "C.UTF-8",
      TZ: "UTC",
      ...env,
    },
  });
  let [printed, left] = ["", ""];
  let title: string | null = null;
  terminal.onTitleChange((changed) => (title = changed));
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
    terminal.write(chunk);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (left += chunk));
  const exited = new Promise<{ code: number | null; left: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, left })),
  );
  const tell = (what: object): void => void child.stdin.write(`${JSON.stringify(what)}\n`);
  const screen = (): string[] => {
    const { active } = terminal.buffer;
    const all = Array.from(
      { length: active.length },
      (_, at) => active.getLine(at)?.translateToString().trimEnd() ?? "",
    );
    return all.slice(0, all.findLastIndex((row) => row !== "") + 1);
  };
  const waitFor = (isThere: (text: string) => boolean, what: string): Promise<void> =>
    until(() => isThere(screen().join("\n")), what);
  return {
    type: (keys) => tell({ write: keys }),
    resize: (to, high) => {
      terminal.resize(to, high);
      tell({ resize: [to, high] });
    },
    signal: (name) => tell({ signal: name }),
    rows: screen,
    cursor: () => {
      const { active } = terminal.buffer;
      const row =
        active
          .getLine(active.baseY + active.cursorY)
          ?.translateToString()
          .trimEnd() ?? "";
      return { row, column: active.cursorX };
    },
    printed: () => printed,
    title: () => title,
    shows: (wanted) =>
      waitFor(
        (text) => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text)),
        String(wanted),
      ),
    hides: (unwanted) => waitFor((text) => !text.includes(unwanted), `no "${unwanted}"`),
    spans: (row) => spansOf(terminal, row),
    stop: async () => {
      // The end of what commands it kills the program by the end of its terminal.
      child.kill("SIGKILL");
      await exited;
    },
    ended: within(exited, "the end of the terminal client", 120_000),
  };
}

function spansOf(terminal: TerminalType, row: number): Span[] {
  const line = terminal.buffer.active.getLine(row);
  const spans: Span[] = [];
  for (let column = 0; line && column < line.length; column += 1) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const look = { colour: cell.isFgDefault() ? null : cell.getFgColor(), isDim: cell.isDim() !== 0 };
    const last = spans.at(-1);
    const text = cell.getChars() || " ";
    if (last && last.colour === look.colour && last.isDim === look.isDim) {
      spans.splice(-1, 1, { ...last, text: last.text + text });
    } else {
      spans.push({ column, text, ...look });
    }
  }
  return spans.filter(({ text }) => text.trim() !== "");
}
