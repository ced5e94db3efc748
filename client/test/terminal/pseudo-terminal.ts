import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Terminal as TerminalType } from "@xterm/headless";
import { onTestFailed, onTestFinished } from "vitest";
import { until, within } from "../../../local/test/support/pace.ts";

// CommonJS, whose names Node does not find.
const { Terminal } = createRequire(import.meta.url)("@xterm/headless") as { Terminal: typeof TerminalType };
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const MAIN = join(import.meta.dirname, "../../terminal/main.ts");
const RUNNER = join(import.meta.dirname, "run-in-terminal.py");

/** What these tests need beside Node: Node has no pseudo-terminals. */
export const hasPython = spawnSync("python3", ["-c", "import pty, termios"]).status === 0;

/** A terminal client on a terminal, as somebody sees it who sits before it. */
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
  /** Its exit code, and how it has left the terminal. */
  readonly ended: Promise<{ readonly code: number | null; readonly left: string }>;
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

/** Starts the terminal client on a terminal of its own. */
export const startPseudoTerminal = (
  args: readonly string[],
  options: PseudoTerminalOptions = {},
): PseudoTerminal => runInTerminal([...COMMAND, ...args], options);

export function runInTerminal(
  command: readonly string[],
  { columns = 80, rows = 24, env = {} }: PseudoTerminalOptions = {},
): PseudoTerminal {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  const child = spawn("python3", [RUNNER, String(columns), String(rows), ...command], {
    env: { PATH: process.env["PATH"], TERM: "xterm-256color", LANG: "C.UTF-8", TZ: "UTC", ...env },
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
  onTestFinished(async () => {
    // The end of what commands it kills the program by the end of its terminal.
    child.kill("SIGKILL");
    await exited;
  });
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
  onTestFailed(() => void process.stderr.write(`The screen at the end:\n${screen().join("\n")}\n`));
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
    ended: within(exited, "the end of the terminal client", 120_000),
  };
}
