import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Options } from "./options.ts";
import { acquireLock } from "../processes/process-lock.ts";
import type { Closers } from "./closers.ts";

export type Folders =
  /** `dataDir` null: everything in memory. */
  | { readonly type: "opened"; readonly dataDir: string | null; readonly workFolder: string }
  /** One sentence. */
  | { readonly type: "failed"; readonly message: string };

/** `data` and `work` below the data folder, held by this process alone; or a temporary folder. */
export async function openFolders(
  { ephemeral, dataFolder }: Pick<Options, "ephemeral" | "dataFolder">,
  closers: Closers,
): Promise<Folders> {
  if (ephemeral) {
    // Made only if something is written to it.
    const workFolder = join(tmpdir(), `local-cloud-${randomUUID()}`);
    closers.add(() => rm(workFolder, { recursive: true, force: true }));
    return { type: "opened", dataDir: null, workFolder };
  }
  const dataDir = join(dataFolder, "data");
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (error) {
    return { type: "failed", message: `The data folder cannot be made: ${(error as Error).message}.` };
  }
  const lock = await acquireLock(join(dataFolder, "running.lock"));
  if (lock.type === "taken") {
    const message = `The folder ${dataFolder} is in use by process ${lock.pid}: stop that one, or choose another folder with --data.`;
    return { type: "failed", message };
  }
  closers.add(lock.release);
  return { type: "opened", dataDir, workFolder: join(dataFolder, "work") };
}
