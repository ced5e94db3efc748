import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Which Node runs the functions of which runtime. */
export interface Nodes {
  /** The program for a runtime such as `nodejs24.x`. */
  pathFor(runtime: string): string;
  /** Looks for a program for each of these; gives a sentence for those that run on another major than their own. */
  find(runtimes: readonly string[]): Promise<readonly string[]>;
}

export type NodesOutcome =
  | { readonly type: "found"; readonly nodes: Nodes }
  /** A sentence. */
  | { readonly type: "failed"; readonly message: string };

interface Program {
  readonly path: string;
  /** `24.21.0`. */
  readonly version: string;
}

/**
 * The program that `named` names runs every function. Without, functions run on the major of their runtime
 * where it is at hand: this process's own, or the package `node-<platform>-<arch>` that the project has
 * installed; else on this process's own.
 */
export async function openNodes(options: {
  readonly named?: string;
  readonly projectFolder: string;
}): Promise<NodesOutcome> {
  const own: Program = { path: process.execPath, version: process.versions.node };
  const named = options.named === undefined ? null : await versionOf(options.named);
  if (named === undefined) {
    return {
      type: "failed",
      message: `${options.named} is no Node: --node names a program such as bin/node.`,
    };
  }
  const chosen = new Map<string, Program>();

  const choose = async (runtime: string): Promise<Program> => {
    if (named !== null) return named;
    if (isOf(own, runtime)) return own;
    const installed = await installedNode(options.projectFolder);
    return installed !== undefined && isOf(installed, runtime) ? installed : own;
  };

  return {
    type: "found",
    nodes: {
      pathFor: (runtime) => (chosen.get(runtime) ?? own).path,
      find: async (runtimes) => {
        const sentences: string[] = [];
        for (const runtime of new Set(runtimes)) {
          const program = await choose(runtime);
          chosen.set(runtime, program);
          if (isOf(program, runtime)) continue;
          sentences.push(
            `Functions for ${runtime} run on Node ${program.version} here; --node names another.`,
          );
        }
        return sentences;
      },
    },
  };
}

const isOf = ({ version }: Program, runtime: string): boolean =>
  runtime === `nodejs${version.split(".")[0]}.x`;

/** The package holds the program alone, for one platform; which major, the project decides by what it installs. */
async function installedNode(projectFolder: string): Promise<Program | undefined> {
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(join(projectFolder, "package.json")).resolve(`${name}/package.json`);
    return await versionOf(join(dirname(manifest), "bin", "node"));
  } catch {
    return undefined;
  }
}

/** Undefined where the file is no Node, or none that runs on this machine. */
function versionOf(path: string): Promise<Program | undefined> {
  return new Promise((resolve) => {
    execFile(path, ["--version"], { timeout: 20_000 }, (error, stdout) => {
      const version = error === null ? /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
      resolve(version === undefined ? undefined : { path, version });
    });
  });
}
