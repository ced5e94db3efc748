import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { GuardedChild } from "../processes/guarded-child.ts";
import { acquireLock } from "../processes/process-lock.ts";
import { draftOf, lockOf, remove, tidyCache, touch } from "./assembly-cache.ts";
import { INTERRUPTED, runApp } from "./run-app.ts";
import { createFingerprinter, type Fingerprint, type Project } from "./source-hash.ts";

export type Synthesis = SynthesisOutcome & {
  /** Of what it was made from. */
  readonly fingerprint: Fingerprint;
  readonly hash: string;
};

export type SynthesisOutcome =
  | { readonly type: "synthesized"; readonly folder: string; readonly reused: boolean }
  /** One sentence, then the lines of the app's own output that help. */
  | { readonly type: "failed"; readonly message: string };

export interface Synthesizer {
  /** Runs the CDK app unless an assembly of the same sources, settings and environment exists. */
  synthesize(): Promise<Synthesis>;
  /** The sources as they stand now. */
  fingerprint(): Promise<Fingerprint>;
  /** Ends a run in progress; resolves when it has left nothing behind. */
  close(): Promise<void>;
}

export function createSynthesizer(project: Project): Synthesizer {
  const { cacheFolder } = project;
  const fingerprint = createFingerprinter(project);
  const running = new Set<GuardedChild>();
  const runs = new Set<Promise<unknown>>();
  let closed = false;

  const obtain = async (hash: string): Promise<SynthesisOutcome> => {
    const folder = join(cacheFolder, hash);
    const finished = async (reused: boolean): Promise<SynthesisOutcome> => {
      await touch(folder);
      return { type: "synthesized", folder, reused };
    };
    if (existsSync(folder)) return finished(true);
    const kept = join(project.readOnlyCache ?? cacheFolder, hash);
    if (existsSync(kept)) return { type: "synthesized", folder: kept, reused: true };

    await mkdir(cacheFolder, { recursive: true });
    // Several starts at once, as of test files side by side, let one of them do the work.
    let lock = await acquireLock(lockOf(cacheFolder, hash));
    while (lock.type === "taken" && !closed) {
      await delay(50);
      if (existsSync(folder)) return finished(true);
      lock = await acquireLock(lockOf(cacheFolder, hash));
    }
    if (lock.type === "taken") return { type: "failed", message: INTERRUPTED };
    const draft = draftOf(cacheFolder, hash);
    try {
      if (existsSync(folder)) return await finished(true);
      const failure = await runApp(project, draft, running, () => closed);
      if (failure !== undefined) return { type: "failed", message: failure };
      // Of sources that changed meanwhile nobody knows which state was read: for this run only.
      const isSettled = (await fingerprint()).hash === hash;
      const place = isSettled ? folder : `${folder}-${randomUUID().slice(0, 8)}`;
      await rename(draft, place);
      return { type: "synthesized", folder: place, reused: false };
    } finally {
      lock.release();
      await remove(draft);
    }
  };
  const synthesize = async (): Promise<Synthesis> => {
    const made = await fingerprint();
    await tidyCache(cacheFolder);
    return { ...(await obtain(made.hash)), fingerprint: made, hash: made.hash };
  };

  return {
    fingerprint,
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
