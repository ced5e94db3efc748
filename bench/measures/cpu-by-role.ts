import { commandOf, descendantsOf, environmentOf, figuresOf } from "./processes.ts";

export type CpuByRole = ReadonlyMap<string, number>;

/** CPU seconds so far of a cloud's main process, its functions by name, and its database engine. */
export function cpuByRole(mainPid: number): CpuByRole {
  const seconds = new Map<string, number>();
  for (const pid of [mainPid, ...descendantsOf(mainPid)]) {
    const role = pid === mainPid ? "main process" : roleOf(pid);
    seconds.set(role, (seconds.get(role) ?? 0) + figuresOf(pid).cpuSeconds);
  }
  return seconds;
}

/** A function by its name, anything else by its program. */
export function roleOf(pid: number): string {
  const name = environmentOf(pid).get("AWS_LAMBDA_FUNCTION_NAME");
  if (name !== undefined) return /([A-Za-z]+Function)/.exec(name)?.[1] ?? name;
  return commandOf(pid)[0]?.split("/").at(-1) ?? "unknown";
}

/** What each role has used since; a process that has ended meanwhile is left out. */
export function usedSince(before: CpuByRole, after: CpuByRole): CpuByRole {
  return new Map([...after].map(([role, seconds]) => [role, Math.max(0, seconds - (before.get(role) ?? 0))]));
}
