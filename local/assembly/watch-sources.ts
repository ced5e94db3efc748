import { watch, type FSWatcher } from "node:fs";
import type { Sources } from "./find-sources.ts";

/** An editor writes a file in several steps, a checkout many files: one look when it is quiet again. */
const QUIET_MS = 150;
/** A log in the project's folder is never quiet. */
const PATIENCE_MS = 1_000;

export interface SourceWatcher {
  /** From now on these; the sources may have come to lie elsewhere. */
  follow(folders: Sources["folders"]): void;
  close(): void;
}

/**
 * Calls back when something in the followed folders may have changed; comparing fingerprints is the caller's.
 * Folders are watched one by one, not files: editors replace files, which a file's watcher loses.
 *
 * @param onLimit gets, once, the code of what keeps the system from watching more
 */
export function watchSources(onChange: () => void, onLimit: (code: string) => void): SourceWatcher {
  const watchers = new Map<string, FSWatcher>();
  let quiet: NodeJS.Timeout | undefined;
  let since: number | undefined;
  let atLimit = false;

  const changed = (): void => {
    const now = performance.now();
    since ??= now;
    clearTimeout(quiet);
    quiet = setTimeout(
      () => {
        since = undefined;
        onChange();
      },
      Math.min(QUIET_MS, since + PATIENCE_MS - now),
    );
  };
  const failed = (error: NodeJS.ErrnoException): void => {
    // Anything else has been removed since it was listed.
    if (atLimit || (error.code !== "ENOSPC" && error.code !== "EMFILE")) return;
    atLimit = true;
    onLimit(error.code);
  };
  const listen = (folder: string, names: ReadonlySet<string> | undefined): void => {
    if (watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_, file) => {
        if (file === null || names === undefined || names.has(file)) changed();
      });
      watcher.on("error", (error) => {
        watcher.close();
        watchers.delete(folder);
        failed(error);
      });
      watchers.set(folder, watcher);
    } catch (error) {
      failed(error as NodeJS.ErrnoException);
    }
  };

  return {
    follow: (folders) => {
      for (const [folder, names] of folders) listen(folder, names);
      for (const [folder, watcher] of watchers) {
        if (folders.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
    },
    close: () => {
      clearTimeout(quiet);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
