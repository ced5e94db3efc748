import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { createSynthesizer } from "../../assembly/synthesize.ts";
import { launch } from "./cloud.ts";
import { row } from "./row.ts";

/** Why the cloud does not start once a piece of the fixture's template reads otherwise. */
async function refusalOf(piece: string, replacement: string): Promise<string> {
  const synthesizer = createSynthesizer({
    folder: join(import.meta.dirname, "app"),
    settings: { variant: "full" },
    cacheFolder: join(import.meta.dirname, "../../.local/assemblies"),
  });
  const synthesis = await synthesizer.synthesize();
  await synthesizer.close();
  if (synthesis.type === "failed") throw new Error(synthesis.message);
  const assemblyFolder = mkdtempSync(join(tmpdir(), "conformance-"));
  onTestFinished(() => rmSync(assemblyFolder, { recursive: true, force: true }));
  cpSync(synthesis.folder, assemblyFolder, { recursive: true });
  const file = join(assemblyFolder, "Conformance.template.json");
  const template = readFileSync(file, "utf8");
  expect(template).toContain(piece);
  writeFileSync(file, template.replace(piece, replacement));

  const outcome = await launch({ assemblyFolder });
  if (outcome.type === "failed") return outcome.message;
  await outcome.cloud.stop();
  return "It started.";
}

row("model.unsupported", async () => {
  expect(await refusalOf('"additionalProperties": false', '"anyOf": [{}]')).toMatch(
    /^The route checked of .+ has a request model with the keyword "anyOf", which .+ does not serve\.$/,
  );
});

row("mock.unsupported", async () => {
  expect(await refusalOf('{\\"type\\":\\"pong\\"}', "#set($a = 1)")).toMatch(
    /^The route fixed of .+ uses "#set" in a mapping template, which .+ does not serve\.$/,
  );
});
