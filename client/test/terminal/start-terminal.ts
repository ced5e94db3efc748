import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import { until, within } from "../../../local/test/support/pace.ts";

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const MAIN = join(import.meta.dirname, "../../terminal/main.ts");

/** A terminal client in a process of its own, written to and read through pipes. */
export interface RunningTerminal {
  write(text: string): void;
  /** Ends its input. */
  end(): void;
  output(): string;
  notices(): string;
  /** Waits until this was printed, to either. */
  shows(text: string): Promise<void>;
  interrupt(): void;
  readonly ended: Promise<number | null>;
}

export function startTerminal(args: readonly string[]): RunningTerminal {
  const child = spawn(process.execPath, ["--import", TSX, MAIN, ...args]);
  let [output, notices] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (notices += chunk));
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return {
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    output: () => output,
    notices: () => notices,
    shows: (text) =>
      until(
        () => output.includes(text) || notices.includes(text),
        `"${text}" in:\n${output}${notices}`,
        60_000,
      ),
    interrupt: () => void child.kill("SIGINT"),
    ended: within(exited, "the end of the terminal client", 120_000),
  };
}
