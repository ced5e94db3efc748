import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { findSources, type Sources } from "./find-sources.ts";
import { decisiveVariables } from "./synthesis-environment.ts";

/** What decides over an assembly, but for the environment. */
export interface Project {
  /** Where `cdk.json` lies. */
  readonly folder: string;
  /** Passed on as context, over that of `cdk.json`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Assemblies are kept here under the hash of what they were made from. */
  readonly cacheFolder: string;
  /** Another such folder that is looked into, and not written to. */
  readonly readOnlyCache?: string;
  /** Absolute folders that no synthesis reads, wherever they lie. */
  readonly leftOut?: readonly string[];
}

export interface Fingerprint {
  /** The same for the same sources, settings and environment, whatever the folder and the files' times. */
  readonly hash: string;
  /** Of each file by its name. */
  readonly files: ReadonlyMap<string, string>;
  readonly folders: Sources["folders"];
}

/** Such a file is no source: a change of its time and size is one of its content. */
const LARGE_BYTES = 64 * 1024 ** 2;
/** Files open at once. */
const AT_ONCE = 32;

/** Reads again only what has changed since the last call. */
export function createFingerprinter(project: Project): () => Promise<Fingerprint> {
  let known = new Map<string, { readonly mark: string; readonly digest: string }>();
  const leftOut = [project.cacheFolder, ...(project.leftOut ?? [])];

  return async () => {
    const { files, folders } = await findSources(project.folder, leftOut);
    const found: typeof known = new Map();
    const digests = new Map<string, string>([...files.keys()].map((name) => [name, ""]));
    const waiting = files.entries();
    const work = async (): Promise<void> => {
      for (const [name, path] of waiting) {
        const read = await digestOf(path, known.get(path));
        if (read === undefined) digests.delete(name);
        else {
          found.set(path, read);
          digests.set(name, read.digest);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    known = found;
    const decisive = [
      process.versions.node,
      Object.entries(project.settings).sort(),
      decisiveVariables(process.env),
      [...digests],
    ];
    const hash = createHash("sha256").update(JSON.stringify(decisive)).digest("hex").slice(0, 20);
    return { hash, files: digests, folders };
  };
}

/** Undefined for a file that has gone. */
async function digestOf(
  path: string,
  known: { readonly mark: string; readonly digest: string } | undefined,
): Promise<{ readonly mark: string; readonly digest: string } | undefined> {
  const entry = await stat(path, { bigint: true }).catch(() => undefined);
  if (entry === undefined) return undefined;
  const mark = [entry.ino, entry.size, entry.mtimeNs, entry.ctimeNs].join(" ");
  if (mark === known?.mark) return known;
  if (entry.size > LARGE_BYTES) return { mark, digest: `${entry.size} ${entry.mtimeNs}` };
  const content = await readFile(path).catch(() => "unreadable");
  return { mark, digest: createHash("sha256").update(content).digest("base64url") };
}
