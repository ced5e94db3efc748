import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "../support/folders.ts";
import { startCloudProcess, type RunningCloud, type StartCloudOptions } from "../support/start-cloud.ts";

export const FIXTURE = join(import.meta.dirname, "../fixture-app");
const NODE_MODULES = join(import.meta.dirname, "../../../node_modules");

/** Serves the fixture app until the test is over. */
export async function startFixture(options: Partial<StartCloudOptions> = {}): Promise<RunningCloud> {
  const cloud = await startCloudProcess({ projectFolder: FIXTURE, ...options });
  onTestFinished(async () => {
    await cloud.stop();
  });
  return cloud;
}

/** A copy of the fixture app whose sources a test may change. */
export function copyFixture(name = "project"): string {
  const folder = join(temporaryFolder(), name);
  cpSync(FIXTURE, folder, { recursive: true, filter: (source) => !source.includes(".local") });
  symlinkSync(NODE_MODULES, join(folder, "node_modules"));
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
