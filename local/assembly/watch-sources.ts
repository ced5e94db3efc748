import { readdirSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import { SOURCE_FILES, SOURCE_FOLDERS } from "./source-hash.ts";

/** An editor writes a file in several steps, a checkout many files: one look when it is quiet again. */
const QUIET_MS = 150;

/**
 * Calls back when something below the project's sources may have changed; comparing hashes is the
 * caller's. Folders are watched one by one, not files: editors replace files, which a file's watcher loses.
 */
export function watchSources(projectFolder: string, onChange: () => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  let quiet: NodeJS.Timeout | undefined;

  const changed = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      follow();
      onChange();
    }, QUIET_MS);
  };
  const listen = (folder: string, concerns: (file: string) => boolean): void => {
    if (watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_, file) => {
        if (file === null || concerns(file)) changed();
      });
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    } catch {
      // Removed since it was listed.
    }
  };
  const follow = (): void => {
    listen(projectFolder, (file) => SOURCE_FILES.includes(file) || SOURCE_FOLDERS.includes(file));
    const present = new Set([projectFolder]);
    for (const source of SOURCE_FOLDERS) {
      for (const folder of foldersBelow(join(projectFolder, source))) {
        present.add(folder);
        listen(folder, () => true);
      }
    }
    for (const [folder, watcher] of watchers) {
      if (present.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
  };

  follow();
  return {
    close: () => {
      clearTimeout(quiet);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

function foldersBelow(folder: string): string[] {
  try {
    const below = readdirSync(folder, { withFileTypes: true, recursive: true });
    return [
      folder,
      ...below.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name)),
    ];
  } catch {
    return [];
  }
}
