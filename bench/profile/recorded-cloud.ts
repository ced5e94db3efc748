import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { startParley, type RunningCloud } from "../../test/support/start-parley.ts";
import { roleOf } from "../measures/cpu-by-role.ts";
import { commandOf, descendantsOf, isAlive, statusOf } from "../measures/processes.ts";

/** A local cloud whose processes of Node record themselves. */
export interface RecordedCloud<Recording> {
  readonly cloud: RunningCloud;
  /** What each process has recorded since the last time, by its role. */
  take(): Promise<ReadonlyMap<string, readonly Recording[]>>;
  stop(): Promise<void>;
}

const RECORDER = pathToFileURL(join(import.meta.dirname, "recorder.mjs")).href;
const MAIN = join(import.meta.dirname, "../../local/cli/main.ts");
const LIMIT_MS = 30_000;

export async function startRecorded<Recording>(what: "cpu" | "requests"): Promise<RecordedCloud<Recording>> {
  const folder = mkdtempSync(join(tmpdir(), "bench-profile-"));
  const recorder = `${RECORDER}?what=${what}&folder=${encodeURIComponent(folder)}`;
  const node = join(folder, "node");
  writeFileSync(node, `#!/bin/sh\nexec "${process.execPath}" --import "${recorder}" "$@"\n`);
  chmodSync(node, 0o755);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const cloud = await startParley({
    context: { presenceGraceSeconds: 0 },
    args: ["--node", node],
    command: [process.execPath, "--import", recorder, "--import", tsx, MAIN],
  });
  const turns = new Map<number, number>();
  return {
    cloud,
    take: async () => {
      const pids = [cloud.pid, ...descendantsOf(cloud.pid)].filter(
        (pid) => commandOf(pid).includes(recorder) && catchesSignals(pid),
      );
      const taken = new Map<string, Recording[]>();
      for (const pid of pids) process.kill(pid, "SIGUSR2");
      for (const pid of pids) {
        const turn = (turns.get(pid) ?? 0) + 1;
        turns.set(pid, turn);
        const role = pid === cloud.pid ? "main process" : roleOf(pid);
        const recording = await read(join(folder, `${pid}-${turn}.json`), pid);
        if (recording !== undefined) taken.set(role, [...(taken.get(role) ?? []), recording as Recording]);
      }
      return taken;
    },
    stop: async () => {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A process that has only begun would end of SIGUSR2, the twelfth signal. */
function catchesSignals(pid: number): boolean {
  const [, caught = "0"] = /^SigCgt:\s+(\w+)/m.exec(statusOf(pid)) ?? [];
  return ((BigInt(`0x${caught}`) >> 11n) & 1n) === 1n;
}

/** Undefined where the process has ended meanwhile. */
async function read(file: string, pid: number): Promise<unknown> {
  const end = performance.now() + LIMIT_MS;
  while (!existsSync(file)) {
    if (!isAlive(pid)) return undefined;
    if (performance.now() > end) throw new Error(`The process ${pid} has not written what it recorded.`);
    await delay(20);
  }
  const text = readFileSync(file, "utf8");
  rmSync(file);
  return JSON.parse(text);
}
