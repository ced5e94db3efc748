// Makes `dist`, which is what `npm pack` ships: one file of JavaScript for each entry, with all it needs but React,
// and the declarations, with those of the protocol.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { bundle, ENTRIES } from "./bundle.mjs";

const here = import.meta.dirname;
const dist = join(here, "dist");
const { resolve } = createRequire(import.meta.url);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
for (const to of Object.keys(ENTRIES)) {
  const { code, map } = await bundle(to);
  writeFileSync(join(dist, to), code);
  if (map !== null) writeFileSync(join(dist, `${to}.map`), map);
}
chmodSync(join(dist, "terminal.js"), 0o755);

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
