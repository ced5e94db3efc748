import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { FromGate, ToGate } from "./gate.ts";

export interface Gate {
  /** On this port, or on any free one for 0; returns it. */
  listen(port: number): Promise<number>;
  /** When it has taken connections, in milliseconds since the epoch. */
  connects(): Promise<readonly number[]>;
  /** As a crash does: nothing is said to anybody. */
  kill(): Promise<void>;
}

/** Loaded, but not listening yet: coming back takes it no time. */
export async function startGate(): Promise<Gate> {
  const child = fork(join(import.meta.dirname, "gate.ts"), { execArgv: ["--import", "tsx"] });
  const ask = async (message: ToGate): Promise<FromGate> => {
    child.send(message);
    return (await once(child, "message"))[0] as FromGate;
  };
  await once(child, "message");
  return {
    listen: async (port) => ((await ask({ listen: port })) as { readonly port: number }).port,
    connects: async () => ((await ask("report")) as { readonly connects: readonly number[] }).connects,
    kill: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
