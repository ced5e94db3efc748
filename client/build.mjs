// Makes `dist`, which is what `npm pack` ships: one file of JavaScript for each entry, with all it needs but React,
// and the declarations, with those of the protocol.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const dist = join(here, "dist");
const { resolve } = createRequire(import.meta.url);

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
      contents: `export const fileStorage = () => { throw new Error("fileStorage is for Node: in a browser there is indexedDbStorage."); };`,
    })),
};

const entries = [
  { from: "index.ts", to: "index.js", target: "es2022", plugins: [noFiles] },
  { from: "index.ts", to: "node.js", target: "node20" },
  {
    from: "react/index.ts",
    to: "react.js",
    target: "es2022",
    external: ["react"],
    plugins: [ownPackage],
    // Next.js: what uses hooks is a client's.
    banner: `"use client";`,
  },
  {
    from: "terminal/main.ts",
    to: "terminal.js",
    platform: "node",
    target: "node20",
    // `ws` is CommonJS and looks for its optional parts itself.
    banner: `#!/usr/bin/env node\nimport { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);`,
  },
].filter(({ from }) => existsSync(join(here, from)));

rmSync(dist, { recursive: true, force: true });
for (const { from, to, target, banner, platform = "browser", external = [], plugins = [] } of entries) {
  await build({
    entryPoints: [join(here, from)],
    outfile: join(dist, to),
    bundle: true,
    minify: true,
    sourcemap: platform === "browser" ? "linked" : false,
    format: "esm",
    platform,
    target,
    external,
    plugins,
    jsx: "automatic",
    banner: banner === undefined ? {} : { js: banner },
    logLevel: "warning",
  });
}
if (existsSync(join(dist, "terminal.js"))) chmodSync(join(dist, "terminal.js"), 0o755);

const tsc = join(dirname(resolve("typescript/package.json")), "bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", join(here, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
// tsc rewrites the extensions of imports in JavaScript only.
for (const name of readdirSync(join(dist, "types"), { recursive: true })) {
  if (!name.endsWith(".d.ts")) continue;
  const file = join(dist, "types", name);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(/(["']\.{1,2}\/[^"']+)\.ts(["'])/g, "$1.js$2"));
}

// What is bundled is theirs.
const ws = dirname(resolve("ws"));
const licence = readdirSync(ws).find((entry) => /^licen[cs]e/i.test(entry));
writeFileSync(join(dist, "licences.txt"), `ws\n\n${readFileSync(join(ws, licence), "utf8").trim()}\n`);
