import { readFile, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

/** A package whose sources lie elsewhere on this machine, as those of a workspace do. */
export interface LinkedPackage {
  readonly name: string;
  /** The real one. */
  readonly folder: string;
}

/** Those that the project's package.json names, and those that theirs name. */
export async function linkedPackages(projectFolder: string): Promise<readonly LinkedPackage[]> {
  const found = new Map<string, string>();
  const follow = async (folder: string): Promise<void> => {
    for (const name of await dependenciesOf(folder)) {
      if (found.has(name)) continue;
      const real = await linkOf(folder, name);
      if (real === undefined) continue;
      found.set(name, real);
      await follow(real);
    }
  };
  await follow(projectFolder);
  return [...found].map(([name, folder]) => ({ name, folder }));
}

/** What the nearest package.json upwards asks for. */
async function dependenciesOf(folder: string): Promise<string[]> {
  try {
    const text = await readFile(join(folder, "package.json"), "utf8");
    const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
    return ["dependencies", "devDependencies", "optionalDependencies"].flatMap((key) =>
      Object.keys(manifest[key] ?? {}),
    );
  } catch {
    const parent = dirname(folder);
    return parent === folder ? [] : dependenciesOf(parent);
  }
}

/** Undefined for what is installed: pnpm links too, but below a `node_modules`. */
async function linkOf(folder: string, name: string): Promise<string | undefined> {
  const place = join(folder, "node_modules", name);
  const real = await realpath(place).catch(() => undefined);
  if (real !== undefined) return real.split(sep).includes("node_modules") ? undefined : real;
  const parent = dirname(folder);
  return parent === folder ? undefined : linkOf(parent, name);
}
