import { digestOf } from "../assembly/assembly-cache.ts";
import { readAssembly, type AssemblyReading } from "../assembly/read-assembly.ts";
import type { LocalOrigin } from "../assembly/resources.ts";
import type { Fingerprint } from "../assembly/source-hash.ts";
import { createSynthesizer } from "../assembly/synthesize.ts";
import { watchSources } from "../assembly/watch-sources.ts";
import type { Folders } from "./open-folders.ts";
import type { Options } from "./options.ts";

/** Where the app to serve comes from: a given assembly, or the project, synthesized anew as it changes. */
export interface AppSource {
  /** The folder of the assembly as the sources stand now. */
  prepare(): Promise<PreparedAssembly>;
  read(folder: string, origin: LocalOrigin): Promise<AssemblyReading>;
  /**
   * Calls back when the sources are others than those last prepared, with the names of the files that are.
   * What it gives looks again at once.
   */
  readonly watch: (
    onChange: (names: readonly string[]) => void,
    onProblem: (sentence: string) => void,
  ) => () => void;
  close(): Promise<void>;
}

export type PreparedAssembly =
  | {
      readonly type: "prepared";
      readonly folder: string;
      readonly reused: boolean;
      /** The same for assemblies that are the same but for their folder. */
      readonly digest: string;
    }
  /** A sentence, and below it the app's own lines that help. */
  | { readonly type: "failed"; readonly message: string };

export function openAppSource(
  {
    settings,
    assemblyFolder,
    dataFolder,
    serveTheRest = false,
  }: Pick<Options, "settings" | "assemblyFolder" | "dataFolder" | "serveTheRest">,
  folders: Folders,
): AppSource {
  const { projectFolder, workFolder, cacheFolder, readOnlyCache } = folders;
  const read = (folder: string, origin: LocalOrigin): Promise<AssemblyReading> =>
    readAssembly(folder, origin, workFolder, { serveTheRest });
  if (assemblyFolder !== undefined) {
    return {
      read,
      prepare: async () => ({
        ...{ type: "prepared", folder: assemblyFolder, reused: true },
        digest: await digestOf(assemblyFolder),
      }),
      watch: () => () => undefined,
      close: () => Promise.resolve(),
    };
  }
  const synthesizer = createSynthesizer({
    folder: projectFolder,
    settings,
    cacheFolder,
    ...(readOnlyCache === undefined ? {} : { readOnlyCache }),
    leftOut: [dataFolder, workFolder],
  });
  let prepared: Fingerprint | undefined;
  let watching: { close(): void } | undefined;
  return {
    read,
    prepare: async () => {
      const synthesis = await synthesizer.synthesize();
      prepared = synthesis.fingerprint;
      if (synthesis.type === "failed") return { type: "failed", message: synthesis.message };
      const { folder, reused } = synthesis;
      return { type: "prepared", folder, reused, digest: await digestOf(folder) };
    },
    watch: (onChange, onProblem) => {
      const look = async (): Promise<void> => {
        const now = await synthesizer.fingerprint();
        watcher.follow(now.folders);
        if (now.hash !== prepared?.hash) onChange(changedFiles(prepared, now));
      };
      const looking = (): void => {
        look().catch((error: unknown) => onProblem(`The sources cannot be looked at: ${String(error)}`));
      };
      const watcher = watchSources(looking, (code) => onProblem(limitReached(code)));
      watching = watcher;
      // What has changed since they were read.
      looking();
      return looking;
    },
    close: async () => {
      watching?.close();
      await synthesizer.close();
    },
  };
}

function changedFiles(before: Fingerprint | undefined, now: Fingerprint): readonly string[] {
  const names = new Set([...(before?.files.keys() ?? []), ...now.files.keys()]);
  return [...names].filter((name) => before?.files.get(name) !== now.files.get(name));
}

const limitReached = (code: string): string =>
  `Not all changes of the sources are followed: this system watches no more files (${code}). Raise its limit ` +
  `(on Linux: sysctl fs.inotify.max_user_watches and max_user_instances), or leave folders out with "watch": ` +
  `{ "exclude": [...] } in cdk.json; until then, a restart serves what has changed.`;

/** All problems of a model at once: one beside the sentence, several a line each. */
export const problemsAsText = ({
  problems,
  restServable,
}: Extract<AssemblyReading, { type: "failed" }>): string =>
  [
    problems.length === 1
      ? `The app cannot be served locally: ${problems[0] ?? ""}`
      : ["The app cannot be served locally:", ...problems.map((problem) => `  ${problem}`)].join("\n"),
    ...(restServable ? ["With --serve-the-rest everything else of it is."] : []),
  ].join("\n");
