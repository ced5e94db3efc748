import type { Writable } from "node:stream";
import { styleText } from "node:util";
import type { EventLog } from "../events/event-log.ts";
import type { FunctionLog } from "../functions/function-log.ts";
import type { GatewayLog } from "../gateway/log-line.ts";

/** What the local cloud tells the person in front of it. */
export interface Terminal {
  info(text: string): void;
  /** Something the developer should act on. */
  problem(text: string): void;
  readonly functions: FunctionLog;
  readonly gateway: GatewayLog;
  readonly events: EventLog;
}

export interface TerminalOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Keeps stdout free for the ready line. */
  readonly json: boolean;
  readonly color: boolean;
}

type Style = "dim" | "red" | "yellow" | "cyan";

/** One line an invocation, with function, route, duration and warmth; what the gateway answers itself, too. */
export function createTerminal({ stdout, stderr, json, color }: TerminalOptions): Terminal {
  const out = json ? stderr : stdout;
  const paint = (style: Style, text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const timed = (text: string): void => {
    out.write(`${paint("dim", new Date().toTimeString().slice(0, 8))} ${text}\n`);
  };
  const took = (ms: number): string => `${Math.round(ms)} ms`;

  return {
    info: (text) => out.write(`${text}\n`),
    problem: (text) => stderr.write(`${paint("red", text)}\n`),
    functions: {
      line: ({ functionName, level, text }) => {
        const style = level === "ERROR" ? "red" : level === "WARN" ? "yellow" : "dim";
        for (const line of text.split("\n")) timed(`${paint("cyan", functionName)} | ${paint(style, line)}`);
      },
      invocation: ({ functionName, cause, ms, cold, outcome, error }) => {
        const failed = outcome === "ok" ? "" : ` ${paint("red", error ?? outcome)}`;
        const warmth = paint("dim", cold ? "cold" : "warm");
        timed(`${paint("cyan", functionName)} ${cause} ${took(ms)} ${warmth}${failed}`);
      },
    },
    events: ({ level, source, message }) => {
      timed(`${paint("cyan", source)} ${level === "warning" ? paint("yellow", message) : message}`);
    },
    gateway: (line) => {
      if (line.type === "warning") {
        timed(paint("yellow", line.message));
        return;
      }
      // A function's own line has said it already, unless the client was refused.
      if (line.functionId !== undefined && line.status < 400) return;
      const status = line.status >= 400 ? paint("yellow", String(line.status)) : String(line.status);
      timed(`${line.route} ${status} ${took(line.ms)}`);
    },
  };
}
