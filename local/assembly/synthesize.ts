import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { spawnGuarded, type GuardedChild } from "../processes/guarded-child.ts";
import { acquireLock } from "../processes/process-lock.ts";
import { hashSources } from "./source-hash.ts";
import { linesThatHelp } from "./synth-output.ts";

export interface Project {
  /** Where `cdk.json` lies. */
  readonly folder: string;
  /** Passed on as context, over that of `cdk.json`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Assemblies are kept here under the hash of what they were made from. */
  readonly cacheFolder: string;
}

export type Synthesis =
  | { readonly type: "synthesized"; readonly folder: string; readonly hash: string; readonly reused: boolean }
  /** One sentence, then the lines of the app's own output that help. */
  | { readonly type: "failed"; readonly message: string; readonly hash: string };

/** Assemblies kept, a few megabytes each: for other settings, other tests, and for edits taken back. */
const KEPT = 40;

const INTERRUPTED = "The synthesis was interrupted.";

export interface Synthesizer {
  /** Runs the CDK app unless an assembly of the same sources and settings exists. */
  synthesize(): Promise<Synthesis>;
  /** Ends a run in progress; resolves when it has left nothing behind. */
  close(): Promise<void>;
}

export function createSynthesizer(project: Project): Synthesizer {
  const running = new Set<GuardedChild>();
  const runs = new Set<Promise<unknown>>();
  let closed = false;

  const synthesize = async (): Promise<Synthesis> => {
    const hash = await hashSources(project.folder, project.settings);
    const folder = join(project.cacheFolder, hash);
    const finished = async (reused: boolean): Promise<Synthesis> => {
      const now = new Date();
      await utimes(folder, now, now);
      return { type: "synthesized", folder, hash, reused };
    };
    if (existsSync(folder)) return finished(true);

    await mkdir(project.cacheFolder, { recursive: true });
    // Several starts at once, as of test files side by side, let one of them do the work.
    let lock = await acquireLock(`${folder}.lock`);
    while (lock.type === "taken" && !closed) {
      await delay(50);
      if (existsSync(folder)) return finished(true);
      lock = await acquireLock(`${folder}.lock`);
    }
    if (lock.type === "taken") return { type: "failed", hash, message: INTERRUPTED };
    const draft = `${folder}.${process.pid}.draft`;
    try {
      if (existsSync(folder)) return await finished(true);
      const failure = await runApp(project, draft, running, () => closed);
      if (failure !== undefined) return { type: "failed", hash, message: failure };
      await rename(draft, folder);
      await forgetOldest(project.cacheFolder);
      return await finished(false);
    } finally {
      lock.release();
      await rm(draft, { recursive: true, force: true });
    }
  };

  return {
    synthesize: () => {
      const run = synthesize().finally(() => runs.delete(run));
      runs.add(run);
      return run;
    },
    close: async () => {
      closed = true;
      await Promise.all([...running].map((child) => child.kill()));
      await Promise.allSettled(runs);
    },
  };
}

/** Runs the app as the CDK's command line does, telling it folder and context in its environment. */
async function runApp(
  project: Project,
  outputFolder: string,
  running: Set<GuardedChild>,
  isClosed: () => boolean,
): Promise<string | undefined> {
  const config = await readConfig(project.folder);
  if (typeof config === "string") return config;
  await rm(outputFolder, { recursive: true, force: true });
  await mkdir(outputFolder, { recursive: true });
  if (isClosed()) return INTERRUPTED;
  const child = spawnGuarded("/bin/sh", ["-c", `cd "$0" && ${config.app}`, project.folder], {
    env: {
      ...definedOnly(process.env),
      PATH: [...binFolders(project.folder), process.env["PATH"] ?? ""].join(delimiter),
      CDK_OUTDIR: outputFolder,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...config.context,
        ...project.settings,
        "aws:cdk:enable-path-metadata": true,
      }),
    },
  });
  running.add(child);
  const output: string[] = [];
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => output.push(chunk));
  }
  const exitCode = await new Promise<number | null>((resolve) => child.process.once("close", resolve));
  running.delete(child);
  if (exitCode === 0 && existsSync(join(outputFolder, "manifest.json"))) {
    // The assets are for a place where no project lies above them.
    await writeFile(join(outputFolder, "package.json"), "{}");
    return undefined;
  }
  const reason =
    exitCode === 0 ? "it wrote no assembly" : `\`${config.app}\` ended with ${exitCode ?? "a signal"}`;
  return [`The app could not be synthesized: ${reason}.`, ...linesThatHelp(output.join(""))].join("\n");
}

async function readConfig(
  folder: string,
): Promise<{ readonly app: string; readonly context: Record<string, unknown> } | string> {
  const file = join(folder, "cdk.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return `There is no cdk.json in ${folder}: start in the project's folder, or name the folder of an assembly.`;
  }
  try {
    const { app, context } = JSON.parse(text) as { app?: string; context?: Record<string, unknown> };
    if (app === undefined) return `${file} names no app.`;
    const looked = await readFile(join(folder, "cdk.context.json"), "utf8").catch(() => "{}");
    return { app, context: { ...context, ...(JSON.parse(looked) as Record<string, unknown>) } };
  } catch (error) {
    return `${file} or cdk.context.json beside it is not JSON: ${(error as Error).message}`;
  }
}

/** As npm does: every `node_modules/.bin` from the project upwards. */
function binFolders(folder: string): string[] {
  const parent = dirname(folder);
  return [join(folder, "node_modules", ".bin"), ...(parent === folder ? [] : binFolders(parent))];
}

async function forgetOldest(cacheFolder: string): Promise<void> {
  const entries = await readdir(cacheFolder, { withFileTypes: true });
  const folders = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && !entry.name.endsWith(".draft"))
      .map(async ({ name }) => {
        const path = join(cacheFolder, name);
        return { path, usedAt: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
  );
  folders.sort((a, b) => b.usedAt - a.usedAt);
  for (const { path } of folders.slice(KEPT)) await rm(path, { recursive: true, force: true });
}

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
