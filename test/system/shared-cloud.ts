import type { TestProject } from "vitest/node";
import type { Endpoints } from "../support/person.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";

declare module "vitest" {
  interface ProvidedContext {
    cloud: Endpoints;
  }
}

/** One cloud for all files that need nothing special: every test brings users of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cloud = await startParley({ context: { presenceGraceSeconds: 0 } });
  project.provide("cloud", { httpUrl: cloud.httpUrl, wsUrl: cloud.wsUrl });
  const loss = reportLoss(cloud);
  return async () => {
    await cloud.stop();
    await loss;
  };
}

/** Every test would fail with a refused connection: the log says what happened. */
async function reportLoss(cloud: RunningCloud): Promise<void> {
  const code = await cloud.ended;
  if (code !== 0)
    process.stderr.write(`The shared cloud ended with ${code}:\n${cloud.log().slice(-5_000)}\n`);
}
