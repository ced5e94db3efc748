import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { descendantsOf, environmentOf } from "../measures/processes.ts";

/** Milliseconds so far of all processes of functions below this one, in nanoseconds' steps where the kernel has them. */
export const functionsCpuMs = (): number => functionPids().reduce((sum, pid) => sum + cpuMsOf(pid), 0);

const LOOK_MS = 5;

/** Ends those that wait for work; resolves once the local cloud knows, which starts others when it needs them. */
export async function endFunctions(): Promise<void> {
  const pids = functionPids();
  for (const pid of pids) process.kill(pid, "SIGKILL");
  // Gone when its parent has looked, and that is this process.
  while (pids.some((pid) => existsSync(`/proc/${pid}`))) await pause(LOOK_MS);
}

const functionPids = (): readonly number[] =>
  descendantsOf(process.pid).filter((pid) => environmentOf(pid).has("AWS_LAMBDA_FUNCTION_NAME"));

/** The scheduler's account of each thread: `/proc/<pid>/stat` counts in steps of 10 ms, longer than an operation. */
function cpuMsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const [running = "0"] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
      return sum + Number(running) / 1e6;
    }, 0);
  } catch {
    // It has ended.
    return 0;
  }
}
