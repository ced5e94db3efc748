import { build } from "esbuild";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bundles, FUNCTION_BUILD, FUNCTION_ENTRIES } from "../../lib/bundling/bundle-functions.ts";

/**
 * The same entry files as CDK's `NodejsFunction` builds them with the SDK in the bundle (`bundleAwsSDK`) and
 * nothing else set: for the deployed Node, neither minified nor cut. Without the SDK in the bundle, as it is by
 * default, the runtime's own would be loaded, file by file.
 */
export async function buildByDefault(outFolder: string): Promise<Bundles> {
  const { absWorkingDir, define, platform } = FUNCTION_BUILD;
  await build({
    absWorkingDir,
    define,
    entryPoints: Object.entries(FUNCTION_ENTRIES).map(([name, file]) => ({ in: file, out: `${name}/index` })),
    outdir: outFolder,
    bundle: true,
    platform,
    target: "node24",
    format: "cjs",
    logLevel: "silent",
  });
  const folders = Object.keys(FUNCTION_ENTRIES).map((name) => [name, join(outFolder, name)] as const);
  for (const [, folder] of folders) writeFileSync(join(folder, "package.json"), '{"type":"commonjs"}\n');
  return Object.fromEntries(folders) as Record<keyof Bundles, string>;
}
