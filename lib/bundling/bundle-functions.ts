import { build, type BuildFailure, type BuildOptions, formatMessages, type OutputFile } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FunctionName } from "../../lambdas/runtime/env-spec.ts";
import { cutSdk } from "./cut-sdk.ts";

/**
 * Stands in the code for the id of its build until that is known. As long as an id, so that putting the id in
 * its place moves no column of the source map.
 */
const BUILD_ID = "__PARLEY_BUILD__";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Entry files, by path: the stacks import no handler. */
export const FUNCTION_ENTRIES: Readonly<Record<FunctionName, string>> = {
  websocket: "lambdas/websocket/index.ts",
  http: "lambdas/http/index.ts",
  admin: "lambdas/admin/index.ts",
  authorizer: "lambdas/authorizer/index.ts",
  worker: "lambdas/worker/index.ts",
  signUp: "lambdas/sign-up/index.ts",
};

/** How each of them is built, whatever becomes of the output. */
export const FUNCTION_BUILD = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  legalComments: "none",
  platform: "node",
  // Lambda runs 24; the same bundle runs in the local cloud on the oldest Node it supports.
  target: "node20",
  // What the SDK imports late is required instead. `import("node:http")` makes a namespace of every export,
  // whose getters load undici: see docs/adr/0020-cold-starts.md.
  supported: { "dynamic-import": false },
  // CommonJS loads faster than an ES module: docs/adr/0020-cold-starts.md.
  format: "cjs",
  mainFields: ["module", "main"],
  alias: {
    "@aws-sdk/credential-provider-node": "./lib/bundling/environment-credentials.ts",
    "@smithy/core/event-streams": "./lib/bundling/no-event-streams.ts",
    "@aws-sdk/endpoint-cache": "./lib/bundling/no-endpoint-cache.ts",
  },
  plugins: [cutSdk],
  define: { BUILD_ID: JSON.stringify(BUILD_ID) },
  logLevel: "silent",
} satisfies BuildOptions;

/** Folder of each function's code, with `index.js` exporting `handler`. */
export type Bundles = Readonly<Record<FunctionName, string>>;

export type BundleOutcome =
  | { readonly type: "ok"; readonly bundles: Bundles }
  /** What esbuild says of each source that does not build, with file and line. */
  | { readonly type: "failed"; readonly problems: readonly string[] };

/**
 * Builds every function into a folder of its own under `outFolder`. Its source map goes beside those folders,
 * not into them: to `source-maps/<build>.map`, by the id that every line of the function's log bears. Maps of
 * earlier builds stay. The same sources give the same bytes, and so the same id, wherever the repository lies.
 */
export async function bundleFunctions(outFolder: string): Promise<BundleOutcome> {
  const result = await compile();
  if (result.type === "failed") return result;
  const codeFolder = join(outFolder, "functions");
  const mapFolder = join(outFolder, "source-maps");
  rmSync(codeFolder, { recursive: true, force: true });
  mkdirSync(mapFolder, { recursive: true });
  const output = (path: string): string => {
    const file = result.files.find((one) => one.path === join(VIRTUAL_FOLDER, path));
    if (file === undefined) throw new Error(`The compiler has written no ${path}.`);
    return file.text;
  };
  const folders = Object.keys(FUNCTION_ENTRIES).map((name) => {
    const folder = join(codeFolder, name);
    const code = output(`${name}/index.js`);
    const id = createHash("sha256").update(code).digest("hex").slice(0, BUILD_ID.length);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.js"), code.replaceAll(BUILD_ID, id));
    // The asset may lie below a package.json that says "module", as it does in the local cloud.
    writeFileSync(join(folder, "package.json"), '{"type":"commonjs"}\n');
    writeFileSync(join(mapFolder, `${id}.map`), output(`${name}/index.js.map`));
    return [name, folder];
  });
  return { type: "ok", bundles: Object.fromEntries(folders) as Record<FunctionName, string> };
}

type BuildOutcome =
  | { readonly type: "ok"; readonly files: readonly OutputFile[] }
  | { readonly type: "failed"; readonly problems: readonly string[] };

/** Nothing is written here: the source maps name our files relative to it. */
const VIRTUAL_FOLDER = join(ROOT, "bundles");

async function compile(): Promise<BuildOutcome> {
  try {
    const { outputFiles } = await build({
      ...FUNCTION_BUILD,
      entryPoints: Object.entries(FUNCTION_ENTRIES).map(([name, file]) => ({
        in: file,
        out: `${name}/index`,
      })),
      outdir: VIRTUAL_FOLDER,
      write: false,
      sourcemap: "external",
      // The map tells file, line and column; the sources are in the repository.
      sourcesContent: false,
    });
    return { type: "ok", files: outputFiles };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const problems = await formatMessages(error.errors, { kind: "error" });
    return { type: "failed", problems: problems.map((text) => text.trim()) };
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}
