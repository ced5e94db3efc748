import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a synthesized assembly depends on, relative to the project's folder. */
export const SOURCE_FOLDERS = ["bin", "lib", "lambdas"];
export const SOURCE_FILES = ["cdk.context.json", "cdk.json", "package-lock.json", "tsconfig.json"];

/** The same for the same sources and settings, whatever the folder and the files' times. */
export async function hashSources(
  projectFolder: string,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([process.versions.node, Object.entries(settings).sort()]));
  const files = (await Promise.all(SOURCE_FOLDERS.map((folder) => filesBelow(projectFolder, folder)))).flat();
  for (const file of [...files, ...SOURCE_FILES].sort()) {
    const content = await readFile(join(projectFolder, file)).catch(() => undefined);
    if (content !== undefined) hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 20);
}

async function filesBelow(projectFolder: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(projectFolder, folder), { withFileTypes: true, recursive: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(projectFolder.length + 1));
}
