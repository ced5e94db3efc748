import { startParley } from "../../test/support/start-parley.ts";
import { gatherPairs } from "../load/pairs.ts";
import { cpuByRole } from "../measures/cpu-by-role.ts";
import { memoryOf } from "../measures/memory.ts";
import { summedByPart, tellsTally, type Contender } from "./contender.ts";
import type { Started } from "./started.ts";
import { Tally } from "./tally.ts";

/** The part of the local cloud's CPU that AWS bills as Lambda; the others stand for what it runs itself. */
export const FUNCTIONS = "functions";

export async function startCloudContender(count: number, started: Started): Promise<Contender> {
  const cloud = await started.add(startParley({ context: { presenceGraceSeconds: 0 } }));
  const tally = new Tally(count);
  const pairs = await gatherPairs(cloud, count, tellsTally(tally));
  await started.add(Promise.resolve({ stop: () => pairs.close() }));
  return {
    name: "the local cloud",
    send: (index, content) => pairs.send(index, content),
    tally,
    cpu: () => summedByPart(cpuByRole(cloud.pid), partOfCloud),
    memoryMb: () => memoryOf(cloud.pid).proportionalMb,
  };
}

export function partOfCloud(role: string): string {
  if (role === "main process") return role;
  return role.endsWith("Function") ? FUNCTIONS : "engine";
}
