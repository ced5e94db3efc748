import { join } from "node:path";
import {
  startCloudProcess,
  type RunningCloud,
  type StartCloudOptions,
} from "../../local/test/support/start-cloud.ts";

export type { RunningCloud };
export type StartParleyOptions = Partial<StartCloudOptions>;

const ROOT = join(import.meta.dirname, "../..");

/** Starts the local cloud with this repository's app, in a process of its own. */
export const startParley = (options: StartParleyOptions = {}): Promise<RunningCloud> =>
  startCloudProcess({ projectFolder: ROOT, ...options });
