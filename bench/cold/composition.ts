import { build } from "esbuild";
import type { FunctionName } from "../../lambdas/runtime/env-spec.ts";
import { FUNCTION_BUILD, FUNCTION_ENTRIES } from "../../lib/bundling/bundle-functions.ts";

/** What a function's code is made of, the largest first. */
export type Composition = readonly { readonly part: string; readonly bytes: number }[];

/** Smaller ones of the SDK's packages are told together. */
const SMALLEST_BYTES = 5_000;

/** Minified bytes by whose source they come from, as the compiler accounts for them. */
export async function compositionOf(): Promise<Readonly<Record<FunctionName, Composition>>> {
  const { metafile } = await build({
    ...FUNCTION_BUILD,
    entryPoints: Object.entries(FUNCTION_ENTRIES).map(([name, file]) => ({ in: file, out: `${name}/index` })),
    outdir: "bundles",
    write: false,
    metafile: true,
  });
  const parts = Object.keys(FUNCTION_ENTRIES).map((name) => {
    const inputs = metafile.outputs[`bundles/${name}/index.js`]?.inputs;
    if (inputs === undefined) throw new Error(`The compiler tells nothing of ${name}.`);
    return [name, sumsOf(Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]))];
  });
  return Object.fromEntries(parts) as Record<FunctionName, Composition>;
}

function sumsOf(files: readonly (readonly [path: string, bytes: number])[]): Composition {
  const packages = totals(files.map(([path, bytes]) => [partOf(path), bytes]));
  const told = totals(
    [...packages].map(([part, bytes]) =>
      part.startsWith("@") && bytes < SMALLEST_BYTES ? ["the SDK's smaller packages", bytes] : [part, bytes],
    ),
  );
  return [...told].map(([part, bytes]) => ({ part, bytes })).sort((a, b) => b.bytes - a.bytes);
}

function totals(entries: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [name, bytes] of entries) sums.set(name, (sums.get(name) ?? 0) + bytes);
  return sums;
}

function partOf(path: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  if (name === undefined) return "our code";
  return /^@(aws-sdk|smithy|aws)\//.test(name) ? name : "other packages";
}
