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

export function createScratchFolder(): ScratchFolder {
  const path = mkdtempSync(join(hasRoom(IN_MEMORY) ? IN_MEMORY : tmpdir(), "parley-engine-"));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  return {
    path,
    hide: () => {
      if (process.platform !== "win32") remove();
    },
    remove,
  };
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
