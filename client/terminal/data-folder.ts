import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type DataFolder =
  | { readonly type: "held"; readonly folder: string; release: () => void }
  /** Another process works with it. */
  | { readonly type: "taken"; readonly pid: number };

/**
 * One user's data at one server, for one process: two outboxes on one folder would send the same message from
 * different positions. @throws Error of the file system
 */
export function holdDataFolder(base: string, httpUrl: string, userId: string): DataFolder {
  const folder = join(
    base,
    encodeURIComponent(new URL(httpUrl).host),
    encodeURIComponent(userId).slice(0, 200),
  );
  const lock = join(folder, "held-by");
  const mine = `${lock}-${process.pid}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    // Written aside, so that nobody finds it without the id of its holder.
    writeFileSync(mine, String(process.pid));
    try {
      linkSync(mine, lock);
      return { type: "held", folder: join(folder, "chat"), release: () => rmSync(lock, { force: true }) };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    } finally {
      rmSync(mine, { force: true });
    }
    const pid = Number(readFileSync(lock, "utf8"));
    if (pid > 0 && isAlive(pid)) return { type: "taken", pid };
    // Its holder was killed.
    rmSync(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}
