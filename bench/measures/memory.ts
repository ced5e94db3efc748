import { readFileSync } from "node:fs";
import { descendantsOf, figuresOf } from "./processes.ts";

/** Of a process and all it has started. */
export interface MemoryFigures {
  /** Without the shells that guard them. */
  readonly processes: number;
  /** A page that several map counts for each of them by its part (PSS): what would be free without them. */
  readonly proportionalMb: number;
  /** A page that several map counts for each of them in full (RSS): as `ps` shows it. */
  readonly residentMb: number;
}

/** A shell has about one. */
const LEAST_MB = 5;

export function memoryOf(pid: number): MemoryFigures {
  const pids = [pid, ...descendantsOf(pid)];
  const resident = pids.map((each) => figuresOf(each).residentMb);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    processes: resident.filter((mb) => mb >= LEAST_MB).length,
    proportionalMb: sum(pids.map(proportionalMbOf)),
    residentMb: sum(resident),
  };
}

/** Looks once a second until told to stop; gives what it saw when there was most. */
export function followMemory(pid: number): { stop(): MemoryFigures } {
  let most = memoryOf(pid);
  const look = (): void => {
    const now = memoryOf(pid);
    if (now.proportionalMb > most.proportionalMb) most = now;
  };
  const timer = setInterval(look, 1_000);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return most;
    },
  };
}

function proportionalMbOf(pid: number): number {
  try {
    const [, kilobytes = "0"] =
      /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    // It has ended.
    return 0;
  }
}
