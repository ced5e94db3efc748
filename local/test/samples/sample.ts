import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createSynthesizer } from "../../assembly/synthesize.ts";

const SAMPLES = import.meta.dirname;

/**
 * The sample's assembly, made as its own project makes it, in a folder no project lies above: what it
 * needs must be in the assembly or in Lambda's runtime.
 */
export async function synthesizeSample(name: string): Promise<string> {
  const cacheFolder = await mkdtemp(join(tmpdir(), "sample-"));
  const folder = join(SAMPLES, name);
  const synthesizer = createSynthesizer({ folder, settings: {}, cacheFolder });
  onTestFinished(async () => {
    await synthesizer.close();
    await rm(cacheFolder, { recursive: true, force: true });
  });
  const outcome = await synthesizer.synthesize();
  if (outcome.type === "failed") throw new Error(outcome.message);
  return outcome.folder;
}
