import type { Plugin } from "esbuild";
import { readFile } from "node:fs/promises";
import { SDK_CUTS } from "./sdk-cuts.ts";

/**
 * Bundles the SDK without what no function of ours needs. A new release of the SDK that has a file elsewhere, or
 * writes it otherwise, does not build: better than a bundle that has grown, or misses something, unseen.
 */
export const cutSdk: Plugin = {
  name: "cut-sdk",
  setup: (compiler) => {
    const met = new Set<RegExp>();
    compiler.onStart(() => met.clear());
    for (const { file, cut } of SDK_CUTS) {
      compiler.onLoad({ filter: file }, async ({ path }) => {
        met.add(file);
        try {
          const contents = cut(await readFile(path, "utf8"));
          return { contents, loader: path.endsWith(".json") ? "json" : "js" };
        } catch (cause) {
          return { errors: [{ text: `The SDK's ${path} ${String(cause)}`, detail: cause }] };
        }
      });
    }
    compiler.onEnd(({ errors }) => {
      if (errors.length > 0) return {};
      const missed = SDK_CUTS.filter(({ file }) => !met.has(file));
      return { errors: missed.map(({ file }) => ({ text: `The SDK has no file ${file.source} any more.` })) };
    });
  },
};
