import { spawnSync } from "node:child_process";
import { onTestFailed, onTestFinished } from "vitest";
import { COMMAND, runInTerminal } from "./pseudo-terminal.ts";
import type { PseudoTerminal, PseudoTerminalOptions } from "./pseudo-terminal.ts";

/** What these tests need beside Node: Node has no pseudo-terminals. */
export const hasPython = spawnSync("python3", ["-c", "import pty, termios"]).status === 0;

/** Starts a program on a terminal, until the end of the test. */
export function startOnTerminal(
  command: readonly string[],
  options: PseudoTerminalOptions = {},
): PseudoTerminal {
  const terminal = runInTerminal(command, options);
  onTestFailed(() => void process.stderr.write(`The screen at the end:\n${terminal.rows().join("\n")}\n`));
  onTestFinished(() => terminal.stop());
  return terminal;
}

/** The same for the terminal client. */
export const startChatOnTerminal = (
  args: readonly string[],
  options: PseudoTerminalOptions = {},
): PseudoTerminal => startOnTerminal([...COMMAND, ...args], options);
