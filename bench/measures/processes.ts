import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Of `/proc`: Linux only, like the figures. A process that has ended reads as nothing. */
export interface ProcessFigures {
  readonly residentMb: number;
  /** User and system, since it started. */
  readonly cpuSeconds: number;
}

/** The kernel's USER_HZ, 100 on every platform Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_MB = 4096 / 1024 / 1024;

export function figuresOf(pid: number): ProcessFigures {
  const fields = statOf(pid);
  return {
    residentMb: Number(fields[21] ?? 0) * PAGE_MB,
    cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND,
  };
}

export function descendantsOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Zombies, whose parent has not looked yet, are gone. */
export function isAlive(pid: number): boolean {
  const [state = "Z"] = statOf(pid);
  return state !== "Z" && state !== "X";
}

/** Tells a process from a later one with the same id. */
export function startedAt(pid: number): string {
  return statOf(pid)[19] ?? "";
}

export function commandOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/cmdline`).split("\0").filter(Boolean);
}

/** Lines of names and values. */
export const statusOf = (pid: number): string => read(`/proc/${pid}/status`);

/** As the process was started with. */
export function environmentOf(pid: number): ReadonlyMap<string, string> {
  return new Map(
    read(`/proc/${pid}/environ`)
      .split("\0")
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const),
  );
}

/** Inodes of the sockets on which one of these processes listens: no two sockets share one. */
export function listeningSockets(pids: readonly number[]): string[] {
  const listening = allListening();
  return pids.flatMap(socketsOf).filter((inode) => listening.has(inode));
}

export function allListening(): ReadonlySet<string> {
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => read(file).split("\n").slice(1));
  const columns = lines.map((line) => line.trim().split(/\s+/));
  return new Set(columns.filter((column) => column[3] === LISTEN).map((column) => column[9] ?? ""));
}

const LISTEN = "0A";

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkAt(`${folder}/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

/** From the state on: the name before it may contain spaces. */
function statOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ")
    .filter(Boolean);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
