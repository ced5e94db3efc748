import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ASSEMBLIES = join(import.meta.dirname, "../../.local/assemblies");

export interface DataFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A folder for a cloud that keeps its data, with the assemblies that all clouds of the project share. */
export async function makeDataFolder(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), "parley-test-"));
  await mkdir(ASSEMBLIES, { recursive: true });
  await symlink(ASSEMBLIES, join(path, "assemblies"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
