import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { linkedPackages } from "./linked-packages.ts";
import { matcherOf } from "./path-pattern.ts";
import { readProjectConfig } from "./project-config.ts";

/** What a synthesis may read. */
export interface Sources {
  /** By a name that is the same wherever the project lies, in the order of the names. */
  readonly files: ReadonlyMap<string, string>;
  /** Where a change may concern them, and which entries there do; all of them where there is no set. */
  readonly folders: ReadonlyMap<string, ReadonlySet<string> | undefined>;
}

/** Above the project: what decides how its sources are read, and which packages are installed. */
const ABOVE = [
  "package.json",
  "tsconfig.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "bun.lockb",
];
/** What npm, pnpm and yarn have really installed. */
const INSTALLED = [".package-lock.json", ".modules.yaml", ".yarn-state.yml"];

const NEVER_READ = new Set(["node_modules", "cdk.out", "__pycache__"]);
/**
 * The `watch` that `cdk init` writes leaves these out, so that a compiler's output does not deploy twice. A
 * synthesis may well run or read them, as handlers in JavaScript: they count whatever is excluded.
 */
const ALWAYS_READ = /\.(?:[cm]?js|json|lock|lockb|toml|txt|xml|ya?ml|mod|sum)$/;
/** Of an editor or a program that runs, of no synthesis. */
const PASSING = /^\.(?!env)|~$|\.log$|^(?:\.?#.*|4913|nohup\.out)$/;

/**
 * Everything below the project and the packages it links to, symbolic links followed, but for what is
 * installed, synthesized or hidden, and the folders that `watch.exclude` names. A superset: what does not
 * matter costs a synthesis, what were missing would serve old code.
 */
export async function findSources(projectFolder: string, leftOut: readonly string[]): Promise<Sources> {
  const config = await readProjectConfig(projectFolder);
  const { watch, outputFolder } =
    typeof config === "string" ? { watch: { include: [], exclude: [] }, outputFolder: "cdk.out" } : config;
  const excludes = watch.exclude.map(matcherOf);
  const isExcluded = (path: string): boolean => excludes.some((matches) => matches(path));
  const never = new Set([...leftOut, join(projectFolder, outputFolder)]);
  const files = new Map<string, string>();
  const folders = new Map<string, Set<string> | undefined>();
  const seen = new Set<string>();
  const attend = (folder: string, names: readonly string[]): void => {
    if (!folders.has(folder)) folders.set(folder, new Set());
    for (const name of names) folders.get(folder)?.add(name);
  };

  const add = async (path: string, name: string): Promise<void> => {
    if (never.has(path)) return;
    const entry = await stat(path).catch(() => undefined);
    if (entry?.isFile() === true) {
      if (!isExcluded(name) || ALWAYS_READ.test(name)) files.set(name, path);
    } else if (entry?.isDirectory() === true && !isExcluded(name)) await walk(path, name);
  };
  const walk = async (folder: string, name: string): Promise<void> => {
    const real = await realpath(folder).catch(() => undefined);
    // A link to what lies above would never end.
    if (real === undefined || seen.has(real) || (name !== "" && isWithin(own, real))) return;
    const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
    // Every cloud assembly has a file of that name.
    if (entries.some((entry) => entry.name === "cdk.out" && entry.isFile())) return;
    seen.add(real);
    folders.set(folder, undefined);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (NEVER_READ.has(entry.name) || PASSING.test(entry.name)) continue;
      if (entry.name.startsWith(".") && !entry.isFile()) continue;
      await add(join(folder, entry.name), name === "" ? entry.name : `${name}/${entry.name}`);
    }
  };

  const own = await realpath(projectFolder).catch(() => projectFolder);
  await walk(projectFolder, "");
  for (const { name, folder } of await linkedPackages(projectFolder)) {
    if (!isWithin(folder, own)) await walk(folder, `node_modules/${name}`);
  }
  // What lies beside the project, or hidden in it, is named there: "../shared/**", ".build/**".
  for (const pattern of watch.include.filter((one) => one.startsWith("."))) {
    const parts = pattern.split("/");
    const wild = parts.findIndex((part) => /[*?[{]/.test(part));
    const base = parts.slice(0, wild < 0 ? parts.length : wild).join("/");
    const path = join(projectFolder, base);
    attend(dirname(path), [basename(path)]);
    await add(path, base);
  }
  for (const [depth, folder] of foldersUpTo(projectFolder).entries()) {
    for (const [place, names] of [
      [folder, ABOVE],
      [join(folder, "node_modules"), INSTALLED],
    ] as const) {
      const present = await readdir(place).catch(() => undefined);
      if (present === undefined) continue;
      attend(place, names);
      for (const name of present.filter((one) => names.includes(one)).sort()) {
        files.set(`${"../".repeat(depth)}${relative(folder, join(place, name))}`, join(place, name));
      }
    }
  }
  return { files, folders };
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** The folder itself first. */
export function foldersUpTo(folder: string): string[] {
  const parent = dirname(folder);
  return [folder, ...(parent === folder ? [] : foldersUpTo(parent))];
}
