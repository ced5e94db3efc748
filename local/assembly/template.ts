import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** A stack of the assembly: its template, and where the assets it names lie. */
export interface StackFiles {
  readonly name: string;
  readonly region: string | undefined;
  readonly accountId: string | undefined;
  readonly template: Template;
  /** Asset hash → absolute path of its folder or file. */
  readonly assets: ReadonlyMap<string, string>;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly environment?: string;
        readonly displayName?: string;
        readonly properties?: {
          readonly templateFile?: string;
          readonly stackName?: string;
          readonly directoryName?: string;
        };
      }
    >
  >;
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
}

export type LoadedAssembly =
  | { readonly type: "loaded"; readonly stacks: readonly StackFiles[] }
  | { readonly type: "failed"; readonly message: string };

/** Reads every stack of a cloud assembly, those of nested assemblies (CDK stages) included. */
export async function loadAssembly(folder: string): Promise<LoadedAssembly> {
  try {
    const stacks = await loadFolder(resolve(folder));
    if (stacks.length === 0) return { type: "failed", message: `The assembly in ${folder} has no stack.` };
    return { type: "loaded", stacks };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { type: "failed", message: `${folder} is not a readable cloud assembly: ${reason}` };
  }
}

async function loadFolder(folder: string): Promise<StackFiles[]> {
  const manifest = await readJson<Manifest>(join(folder, "manifest.json"));
  const assets = await loadAssets(folder);
  const stacks: StackFiles[] = [];
  for (const [id, artifact] of Object.entries(manifest.artifacts ?? {})) {
    const properties = artifact.properties ?? {};
    if (artifact.type === "cdk:cloud-assembly" && properties.directoryName !== undefined) {
      stacks.push(...(await loadFolder(join(folder, properties.directoryName))));
    }
    if (artifact.type !== "aws:cloudformation:stack" || properties.templateFile === undefined) continue;
    const [, accountId, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? "") ?? [];
    stacks.push({
      name: properties.stackName ?? id,
      region: known(region),
      accountId: known(accountId),
      template: await readJson<Template>(join(folder, properties.templateFile)),
      assets,
    });
  }
  return stacks;
}

async function loadAssets(folder: string): Promise<Map<string, string>> {
  const assets = new Map<string, string>();
  for (const file of await readdir(folder)) {
    if (!file.endsWith(".assets.json")) continue;
    const { files } = await readJson<AssetManifest>(join(folder, file));
    for (const [hash, { source }] of Object.entries(files ?? {})) {
      if (source.path !== undefined) assets.set(hash, resolve(folder, source.path));
    }
  }
  return assets;
}

const known = (part: string | undefined): string | undefined =>
  part?.startsWith("unknown-") ? undefined : part;

const readJson = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, "utf8")) as T;
