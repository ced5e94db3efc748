import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readAssembly, type AssemblyReading } from "../assembly/read-assembly.ts";
import type { LocalOrigin } from "../assembly/resources.ts";
import { hashSources } from "../assembly/source-hash.ts";
import { createSynthesizer } from "../assembly/synthesize.ts";
import { watchSources } from "../assembly/watch-sources.ts";
import type { Options } from "./options.ts";

/** Where the app to serve comes from: a given assembly, or the project, synthesized anew as it changes. */
export interface AppSource {
  /** The folder of the assembly as the sources stand now. */
  prepare(): Promise<PreparedAssembly>;
  read(folder: string, origin: LocalOrigin): Promise<AssemblyReading>;
  /** Calls back when the sources are others than those last prepared. */
  readonly watch: (onChange: () => void) => void;
  close(): Promise<void>;
}

export type PreparedAssembly =
  | { readonly type: "prepared"; readonly folder: string; readonly reused: boolean }
  /** A sentence, and below it the app's own lines that help. */
  | { readonly type: "failed"; readonly message: string };

export function openAppSource(
  { settings, assemblyFolder }: Options,
  projectFolder: string,
  workFolder: string,
): AppSource {
  const read = (folder: string, origin: LocalOrigin): Promise<AssemblyReading> =>
    readAssembly(folder, origin, workFolder);
  if (assemblyFolder !== undefined) {
    return {
      read,
      prepare: () => Promise.resolve({ type: "prepared", folder: assemblyFolder, reused: true }),
      watch: () => undefined,
      close: () => Promise.resolve(),
    };
  }
  // Whatever the data folder: an assembly depends on sources and settings alone.
  const cacheFolder = join(packageFolder(projectFolder) ?? projectFolder, ".local", "assemblies");
  const synthesizer = createSynthesizer({ folder: projectFolder, settings, cacheFolder });
  let prepared = "";
  let watching: { close(): void } | undefined;
  return {
    read,
    prepare: async () => {
      const synthesis = await synthesizer.synthesize();
      prepared = synthesis.hash;
      if (synthesis.type === "failed") return { type: "failed", message: synthesis.message };
      return { type: "prepared", folder: synthesis.folder, reused: synthesis.reused };
    },
    watch: (onChange) => {
      const looks = new Set<Promise<void>>();
      const look = async (): Promise<void> => {
        if ((await hashSources(projectFolder, settings)) !== prepared) onChange();
      };
      const watcher = watchSources(projectFolder, () => {
        const looking = look().finally(() => looks.delete(looking));
        looks.add(looking);
      });
      watching = watcher;
    },
    close: async () => {
      watching?.close();
      await synthesizer.close();
    },
  };
}

/** The nearest folder upwards with a package.json. */
function packageFolder(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : packageFolder(parent);
}

/** All problems of a model at once: one beside the sentence, several a line each. */
export const problemsAsText = (problems: readonly string[]): string =>
  problems.length === 1
    ? `The app cannot be served locally: ${problems[0] ?? ""}`
    : ["The app cannot be served locally:", ...problems.map((problem) => `  ${problem}`)].join("\n");
