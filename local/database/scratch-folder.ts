import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Linux keeps it in memory; a container may have as little as 64 MB of it. */
const IN_MEMORY = "/dev/shm";
const ENOUGH_BYTES = 1024 ** 3;

/** A folder for files that nobody is to find again. */
export interface ScratchFolder {
  readonly path: string;
  /**
   * Takes the names away as soon as the files are open: they live on for whoever has them open, and nothing
   * is left behind whatever ends that process. Where open files cannot lose their names, `remove` is for later.
   */
  hide(): void;
  remove(): void;
}

/** A sentence where there is no place for one. */
export function createScratchFolder(): ScratchFolder | string {
  const path = makeFolder();
  if (typeof path !== "string") {
    return `No folder takes the database's files (${path.message}): set TMPDIR to one that can be written to.`;
  }
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  return {
    path,
    hide: () => {
      if (process.platform !== "win32") remove();
    },
    remove,
  };
}

function makeFolder(): string | Error {
  let problem = new Error("there is none");
  for (const place of [...(hasRoom(IN_MEMORY) ? [IN_MEMORY] : []), tmpdir()]) {
    try {
      return mkdtempSync(join(place, "parley-engine-"));
    } catch (error) {
      // There may be room, but not for this user, as in some containers.
      problem = error as Error;
    }
  }
  return problem;
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
