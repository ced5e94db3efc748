import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

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
    const found = await readWhole(file);
    if (found === undefined) continue;
    const owner = liveOwner(found);
    if (owner !== undefined) return { type: "taken", pid: owner };
    await removeStale(file, found);
  }
}

/** Whether a living process has the lock. */
export async function isHeld(file: string): Promise<boolean> {
  const found = await readWhole(file);
  return found !== undefined && liveOwner(found) !== undefined;
}

/** Linked into place with its content, so that nobody ever reads a lock half written. */
async function place(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, content);
    await link(draft, file).catch(async (error: NodeJS.ErrnoException) => {
      if (!WITHOUT_LINKS.has(error.code ?? "")) throw error;
      await writeFile(file, content, { flag: "wx" });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/** What file systems without hard links answer, such as FAT and some that are mounted over a network (link(2)). */
const WITHOUT_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EINVAL"]);

/** How long a lock may be there without its content, where it could not be linked. */
const WRITING_MS = 500;

/** Undefined where there is none; what is never completed was left by a process that died. */
async function readWhole(file: string): Promise<string | undefined> {
  const end = Date.now() + WRITING_MS;
  for (;;) {
    const found = readIfThere(file);
    if (found === undefined || ownerOf(found) !== undefined || Date.now() > end) return found;
    await delay(20);
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
    const found = await readFile(aside, "utf8");
    if (found !== stale) await place(file, found);
  } catch {
    // Somebody else was first.
  }
  await rm(aside, { force: true });
}

interface Owner {
  readonly pid: number;
  readonly startedAt?: unknown;
}

function ownerOf(content: string): Owner | undefined {
  try {
    return JSON.parse(content) as Owner;
  } catch {
    return undefined;
  }
}

function liveOwner(content: string): number | undefined {
  const owner = ownerOf(content);
  if (owner === undefined) return undefined;
  const { pid, startedAt } = owner;
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
