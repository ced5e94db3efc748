// Builds the page into dist, unless that was made of the sources as they are: `npm start` waits for it.
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const page = import.meta.dirname;
const root = join(page, "../..");
const dist = join(page, "dist");
/** Not served: its name begins with a dot. */
const mark = join(dist, ".made-of");
const SOURCES = [
  "client/local",
  "client/page",
  "client/react",
  "client/sdk",
  "client/words",
  "client/index.ts",
  "lambdas/protocol",
];

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
    putInPlace(made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** At once, on the disk where it is to be: another build of the same sources may end in the same moment. */
function putInPlace(made) {
  const next = mkdtempSync(join(root, "node_modules/.parley-page-"));
  cpSync(made, next, { recursive: true });
  writeFileSync(join(next, ".made-of"), state);
  try {
    rmSync(dist, { recursive: true, force: true });
    renameSync(next, dist);
  } catch (cause) {
    rmSync(next, { recursive: true, force: true });
    if (readMark() !== state) throw cause;
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
