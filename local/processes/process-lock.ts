import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";

export type LockOutcome =
  { readonly type: "held"; readonly release: () => void } | { readonly type: "taken"; readonly pid: number };

/**
 * Takes a lock file that names its process. A lock whose process has died, by SIGKILL say, is taken over:
 * a process is known by its id and its start time, since ids are given again.
 */
export async function acquireLock(file: string): Promise<LockOutcome> {
  const mine = JSON.stringify({ pid: process.pid, startedAt: startTimeOf(process.pid), id: randomUUID() });
  for (;;) {
    if (await place(file, mine)) {
      return {
        type: "held",
        release: () => {
          if (readIfThere(file) === mine) rmSync(file, { force: true });
        },
      };
    }
    const found = readIfThere(file);
    if (found === undefined) continue;
    const owner = liveOwner(found);
    if (owner !== undefined) return { type: "taken", pid: owner };
    await removeStale(file, found);
  }
}

/** Linked into place with its content, so that nobody ever reads a lock half written. */
async function place(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Another process may have taken the stale lock over in between: what is moved aside is looked at, and
 * put back if it is no longer the stale one.
 */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, "utf8")) !== stale) await link(aside, file);
  } catch {
    // Somebody else was first.
  }
  await rm(aside, { force: true });
}

function liveOwner(content: string): number | undefined {
  const { pid, startedAt } = JSON.parse(content) as { pid: number; startedAt?: unknown };
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  return startTimeOf(pid) === startedAt ? pid : undefined;
}

/** Clock ticks since boot, from /proc; null where there is no /proc; undefined for a process that is gone. */
function startTimeOf(pid: number): string | null | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return process.platform === "linux" ? undefined : null;
  // The second field, the command, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : fields[19];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
