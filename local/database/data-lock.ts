import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An engine dies with its local cloud, though not in the same instant. */
const GRACE_MS = 3_000;

export interface DataLock {
  /** Records the process that uses the folder. */
  hold(pid: number): void;
  release(): void;
}

/**
 * Two engines on the same files would number stream records twice. Undefined while another one is at
 * work on this folder; one that is just dying is waited for.
 */
export async function lockData(dataDir: string): Promise<DataLock | undefined> {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "engine.pid");
  const end = Date.now() + GRACE_MS;
  while (await isEngineAt(readPid(file), dataDir)) {
    if (Date.now() > end) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    hold: (pid) => writeFileSync(file, `${pid}\n`),
    release: () => rmSync(file, { force: true }),
  };
}

function readPid(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

/** A pid alone proves nothing, it may have been given to another program since: the folder must be in its arguments. */
function isEngineAt(pid: number, dataDir: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    execFile("ps", ["-ww", "-o", "args=", "-p", String(pid)], (error, stdout) => {
      resolve(error === null && stdout.includes(dataDir));
    });
  });
}
