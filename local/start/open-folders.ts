import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Options } from "./options.ts";
import { acquireLock, type LockOutcome } from "../processes/process-lock.ts";
import type { Closers } from "./closers.ts";

export interface Folders {
  /** Where `cdk.json` lies. */
  readonly projectFolder: string;
  /** Null: everything in memory. */
  readonly dataDir: string | null;
  /** Made only if something is written to it. */
  readonly workFolder: string;
  /** Of assemblies. */
  readonly cacheFolder: string;
  /** The project's own, where it may only be read. */
  readonly readOnlyCache?: string;
}

export type FoldersOutcome =
  | (Folders & { readonly type: "opened"; readonly sentences: readonly string[] })
  /** One sentence. */
  | { readonly type: "failed"; readonly message: string };

/** `data` and `work` below the data folder, held by this process alone; or a temporary folder. */
export async function openFolders(
  options: Pick<Options, "ephemeral" | "dataFolder" | "assemblyFolder"> & { readonly projectFolder: string },
  closers: Closers,
): Promise<FoldersOutcome> {
  const { ephemeral, dataFolder, projectFolder } = options;
  const data = ephemeral ? null : await openData(dataFolder);
  if (data?.type === "failed") return data;
  if (data !== null) closers.add(data.release);
  const dataDir = data === null ? null : join(dataFolder, "data");
  let workFolder = join(dataFolder, "work");
  if (ephemeral) {
    workFolder = join(tmpdir(), `local-cloud-${randomUUID()}`);
    closers.add(() => rm(workFolder, { recursive: true, force: true }));
  }

  // Whatever the data folder: an assembly depends on sources, settings and environment alone.
  const own = join(packageFolder(projectFolder) ?? projectFolder, ".local", "assemblies");
  const opened = { type: "opened", projectFolder, dataDir, workFolder } as const;
  if (options.assemblyFolder !== undefined) return { ...opened, cacheFolder: own, sentences: [] };
  const problem = await problemOf(own);
  if (problem === undefined) return { ...opened, cacheFolder: own, sentences: [] };
  let cacheFolder = join(
    process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
    "local-cloud/assemblies",
  );
  if ((await problemOf(cacheFolder)) !== undefined) {
    try {
      cacheFolder = await mkdtemp(join(tmpdir(), "local-cloud-assemblies-"));
    } catch (error) {
      return {
        type: "failed",
        message: `No folder takes the synthesized assembly (${reasonOf(error)}): set TMPDIR to one that can be written to.`,
      };
    }
    closers.add(() => rm(cacheFolder, { recursive: true, force: true }));
  }
  const sentence = `Assemblies are kept in ${cacheFolder}: ${own} cannot be written to (${problem}).`;
  return { ...opened, cacheFolder, readOnlyCache: own, sentences: [sentence] };
}

async function openData(
  dataFolder: string,
): Promise<Extract<LockOutcome, { type: "held" }> | { readonly type: "failed"; readonly message: string }> {
  const dataDir = join(dataFolder, "data");
  const unusable = (problem: string): { type: "failed"; message: string } => ({
    type: "failed",
    message: `The data folder ${dataFolder} cannot be used (${problem}): choose another one with --data, or keep nothing with --ephemeral.`,
  });
  const problem = await problemOf(dataDir);
  if (problem !== undefined) return unusable(problem);
  try {
    await mkdir(dataDir, { recursive: true });
    const lock = await acquireLock(join(dataFolder, "running.lock"));
    if (lock.type === "held") return lock;
    const message = `The folder ${dataFolder} is in use by process ${lock.pid}: stop that one, or choose another folder with --data.`;
    return { type: "failed", message };
  } catch (error) {
    return unusable(reasonOf(error));
  }
}

/** What keeps this user from writing in a folder, or from making it, and to the files in it. */
async function problemOf(folder: string): Promise<string | undefined> {
  try {
    const made = existingPart(folder);
    await access(made, constants.R_OK | constants.W_OK | constants.X_OK);
    if (made !== folder) return undefined;
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      await access(join(folder, entry.name), constants.R_OK | constants.W_OK).catch((error: unknown) => {
        // Another process has just removed it, such as a lock.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      });
    }
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

const existingPart = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : existingPart(dirname(folder));

/** Of Node's own sentence: it names the code, what was tried and where. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The nearest folder upwards with a package.json. */
function packageFolder(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : packageFolder(parent);
}
