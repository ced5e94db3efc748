import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const CLIENT = join(import.meta.dirname, "../..");
/** Of 1,024 bytes, minified and gzipped. */
const KILOBYTE = 1024;

/** What an app's page grows by: all that is exported, bundled for browsers. */
async function sizeOf(entry: string, external: readonly string[] = []): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(CLIENT, entry)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    external: [...external],
    // Not in what browsers load: build.mjs.
    plugins: [
      {
        name: "no-files",
        setup: (bundle) =>
          bundle.onLoad({ filter: /file-storage\.ts$/ }, () => ({
            contents: "export const fileStorage = () => {};",
          })),
      },
    ],
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

test("the SDK is at most 12 KB", async () => {
  expect(await sizeOf("index.ts")).toBeLessThanOrEqual(12 * KILOBYTE);
});

test.skipIf(!existsSync(join(CLIENT, "react/index.ts")))("the hooks are at most 2 KB", async () => {
  expect(await sizeOf("react/index.ts", ["react", "*/index.ts"])).toBeLessThanOrEqual(2 * KILOBYTE);
});
