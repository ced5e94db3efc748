import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { spawnGuarded, type GuardedChild } from "../processes/guarded-child.ts";
import { foldersUpTo } from "./find-sources.ts";
import { readProjectConfig } from "./project-config.ts";
import type { Project } from "./source-hash.ts";
import { synthesisEnvironment } from "./synthesis-environment.ts";
import { linesThatHelp } from "./synth-output.ts";

export const INTERRUPTED = "The synthesis was interrupted.";

/**
 * Runs the app as the CDK's command line does, telling it folder and context in its environment. Undefined if
 * it has written an assembly; else a sentence, then the lines of the app's own output that help.
 */
export async function runApp(
  project: Project,
  outputFolder: string,
  running: Set<GuardedChild>,
  isClosed: () => boolean,
): Promise<string | undefined> {
  const config = await readProjectConfig(project.folder);
  if (typeof config === "string") return config;
  await rm(outputFolder, { recursive: true, force: true });
  await mkdir(outputFolder, { recursive: true });
  if (isClosed()) return INTERRUPTED;
  // As npm does: every `node_modules/.bin` from the project upwards.
  const bins = foldersUpTo(project.folder).map((folder) => join(folder, "node_modules", ".bin"));
  const child = spawnGuarded("/bin/sh", ["-c", `cd "$0" && ${config.app}`, project.folder], {
    env: {
      ...synthesisEnvironment(process.env),
      PATH: [...bins, process.env["PATH"] ?? ""].join(delimiter),
      CDK_OUTDIR: outputFolder,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...config.context,
        ...project.settings,
        "aws:cdk:enable-path-metadata": true,
      }),
    },
  });
  running.add(child);
  const output: string[] = [];
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => output.push(chunk));
  }
  const exitCode = await new Promise<number | null>((resolve) => child.process.once("close", resolve));
  running.delete(child);
  if (exitCode === 0 && existsSync(join(outputFolder, "manifest.json"))) {
    // The assets are for a place where no project lies above them.
    await writeFile(join(outputFolder, "package.json"), "{}");
    return undefined;
  }
  const reason =
    exitCode === 0 ? "it wrote no assembly" : `\`${config.app}\` ended with ${exitCode ?? "a signal"}`;
  return [`The app could not be synthesized: ${reason}.`, ...linesThatHelp(output.join(""))].join("\n");
}
