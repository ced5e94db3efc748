import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { startParley, type RunningCloud, type StartCloudOptions } from "../support/start-cloud.ts";

const ROOT = join(import.meta.dirname, "../../..");
export const FIXTURE = join(ROOT, "local/test/fixture-app");

/** Serves the fixture app until the test is over. */
export async function startFixture(options: StartCloudOptions = {}): Promise<RunningCloud> {
  const cloud = await startParley({ projectFolder: FIXTURE, ...options });
  onTestFinished(async () => {
    await cloud.stop();
  });
  return cloud;
}

/** A copy of the fixture app whose sources a test may change. */
export function copyFixture(): string {
  const folder = temporaryFolder();
  cpSync(FIXTURE, folder, { recursive: true, filter: (source) => !source.includes(".local") });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function getJson(url: string, token?: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(
    url,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );
  return { status: response.status, body: await response.json() };
}

export async function tokenFor(cloud: RunningCloud, userId: string): Promise<string> {
  const response = await fetch(`${cloud.httpUrl}/_local/token`, {
    method: "POST",
    body: JSON.stringify({ userId }),
  });
  return ((await response.json()) as { token: string }).token;
}

/** Resolves when the condition holds; fails after its deadline. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error("It did not come about in 30 s.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ids of all processes below this one, from /proc. */
export function descendantsOf(pid: number): number[] {
  let children: string;
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  } catch {
    return [];
  }
  return children
    .split(" ")
    .filter((id) => id !== "")
    .map(Number)
    .flatMap((id) => [id, ...descendantsOf(id)]);
}

export function isAlive(pid: number): boolean {
  try {
    return !/^\S+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
