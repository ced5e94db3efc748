// Builds the page into dist, unless that was made of the sources as they are: `npm start` waits for it.
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const page = import.meta.dirname;
const root = join(page, "../..");
const dist = join(page, "dist");
/** Not served: its name begins with a dot. */
const mark = join(dist, ".made-of");
const SOURCES = ["client/page", "client/react", "client/sdk", "client/index.ts", "lambdas/protocol"];

const state = stateOfSources();
if (readMark() !== state) {
  process.stderr.write("Building the page.\n");
  // Whatever whoever starts it runs in: React's development build is three times as large.
  process.env.NODE_ENV = "production";
  const { build } = await import("vite");
  // Whoever reads dist meanwhile finds the old page, not half of the new one.
  const made = mkdtempSync(join(tmpdir(), "parley-page-"));
  try {
    await build({ configFile: join(page, "vite.config.mjs"), build: { outDir: made } });
    rmSync(dist, { recursive: true, force: true });
    cpSync(made, dist, { recursive: true });
    writeFileSync(mark, state);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function readMark() {
  try {
    return readFileSync(mark, "utf8");
  } catch {
    return null;
  }
}

/** Names, sizes and times, and the versions of what is bundled. */
function stateOfSources() {
  const hash = createHash("sha256").update(readFileSync(join(root, "client/package.json")));
  for (const source of SOURCES) {
    for (const file of filesOf(join(root, source))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\0`);
    }
  }
  return hash.digest("hex");
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(dist))
    .sort();
}
