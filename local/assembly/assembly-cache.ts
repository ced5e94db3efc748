import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { isHeld } from "../processes/process-lock.ts";

/** Assemblies kept, a few megabytes each: for other settings, other tests, and for edits taken back. */
const KEPT = 40;

const DRAFT = /^(\w+)\.\w+\.draft$/;

export const lockOf = (cacheFolder: string, hash: string): string => join(cacheFolder, `${hash}.lock`);
/** Where an assembly is written to until it is complete. */
export const draftOf = (cacheFolder: string, hash: string): string =>
  join(cacheFolder, `${hash}.${process.pid}.draft`);

/** It is in use: among the last to be forgotten. A cache that may only be read forgets nothing. */
export async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
}

/** The same for assemblies that are the same but for their folder: an asset's content is in its name. */
export async function digestOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name.startsWith("assembly-")) hash.update(await digestOf(path));
    if (!/\.(?:template|assets)\.json$/.test(entry.name)) continue;
    hash.update(`\0${entry.name}\0`).update(await readFile(path));
  }
  return hash.digest("hex");
}

/** Removes the assemblies used longest ago, and what killed processes have left half written. */
export async function tidyCache(cacheFolder: string): Promise<void> {
  const entries = await readdir(cacheFolder, { withFileTypes: true }).catch(() => []);
  const assemblies: { readonly path: string; readonly usedAt: number }[] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const path = join(cacheFolder, name);
    const [, hash] = DRAFT.exec(name) ?? [];
    if (hash === undefined) {
      assemblies.push({ path, usedAt: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 });
    } else if (!(await isHeld(lockOf(cacheFolder, hash)))) {
      await remove(path);
      await rm(lockOf(cacheFolder, hash), { force: true });
    }
  }
  assemblies.sort((a, b) => b.usedAt - a.usedAt);
  for (const { path } of assemblies.slice(KEPT)) await remove(path);
}

/** Another process may do the same at the same time, or an orphan write in its last instant. */
export const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
