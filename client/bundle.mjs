// How the package's files are made, for `build.mjs`, which ships them, and for the tests, which measure them.
import { join } from "node:path";
import { build } from "esbuild";
import { minify } from "vite";

const here = import.meta.dirname;

/** The React entry uses the package that is installed, not a copy of it. */
const ownPackage = {
  name: "own-package",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.\/index\.ts$/ }, () => ({ path: "@parley/client", external: true })),
};

/** No file storage in what browsers load. */
const noFiles = {
  name: "no-files",
  setup: ({ onLoad }) =>
    onLoad({ filter: /sdk\/storage\/file-storage\.ts$/ }, () => ({
      contents: `export const fileStorage = () => { throw new Error("fileStorage is for Node."); };`,
    })),
};

/** What is loaded when it is needed is a file of its own. */
const onDemand = {
  name: "on-demand",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/on-demand\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./on-demand.js", external: true } : null,
    ),
};

/** All entries, by the name of what becomes of them in `dist`. */
export const ENTRIES = {
  "index.js": { from: "index.ts", target: "es2022", plugins: [noFiles, onDemand] },
  "on-demand.js": { from: "sdk/on-demand/on-demand.ts", target: "es2022" },
  "node.js": { from: "index.ts", target: "node20", plugins: [onDemand] },
  "react.js": {
    from: "react/index.ts",
    target: "es2022",
    external: ["react"],
    plugins: [ownPackage],
    // Next.js: what uses hooks is a client's.
    banner: `"use client";`,
  },
  "terminal.js": {
    from: "terminal/main.ts",
    platform: "node",
    target: "node20",
    // `ws` is CommonJS and looks for its optional parts itself.
    banner: `#!/usr/bin/env node\nimport { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);`,
  },
};

/** Makes one of them. esbuild bundles and leaves out what is not used; vite's minifier makes 3 % less of it after that. */
export async function bundle(to) {
  const { from, target, banner, platform = "browser", external = [], plugins = [] } = ENTRIES[to];
  const isForBrowsers = platform === "browser";
  const { outputFiles } = await build({
    entryPoints: [join(here, from)],
    outfile: join(here, "dist", to),
    bundle: true,
    minify: true,
    sourcemap: isForBrowsers ? "external" : false,
    format: "esm",
    platform,
    target,
    external,
    plugins,
    jsx: "automatic",
    banner: banner === undefined ? {} : { js: banner },
    // Fields are assigned: declared once more they would be longer.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    logLevel: "warning",
    write: false,
  });
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text;
  if (!isForBrowsers) return { code: textOf(".js"), map: null };
  const inputMap = JSON.parse(textOf(".map"));
  const { code, map, errors } = await minify(to, textOf(".js"), {
    module: true,
    compress: { target: "es2022" },
    sourcemap: true,
    inputMap,
  });
  if (errors.length > 0) throw new Error(`${to} could not be minified.`, { cause: errors });
  return { code: `${code}\n//# sourceMappingURL=${to}.map\n`, map: JSON.stringify(map) };
}
