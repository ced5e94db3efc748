// Makes `dist`, which is what `npm pack` ships: plain JavaScript in the same folders, so that whatever is found
// by its path beside a module is found there too.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const here = import.meta.dirname;
const dist = join(here, "dist");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-p", join(here, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
for (const script of ["functions/bootstrap.mjs", "functions/aws-names.mjs", "functions/runtime-sdk.mjs"]) {
  cpSync(join(here, script), join(dist, script));
}
cpSync(join(here, "view/page"), join(dist, "view/page"), {
  recursive: true,
  filter: (file) => !/\.(d\.ts|json)$/.test(file),
});
chmodSync(join(dist, "cli/main.js"), 0o755);
