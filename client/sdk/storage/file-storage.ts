import type { ChatStorage } from "./chat-storage.ts";

/** One that is older was left by a process that was killed while it wrote. */
const ABANDONED_MS = 60_000;
const VALUE = ".value";
const UNFINISHED = ".unfinished";

/**
 * In a folder, for Node: a file for each key, readable by its owner only. A file is written aside, brought to the
 * disk and then renamed, so that it is the old value or the new one whenever a process ends, and whoever else writes.
 *
 * Two clients may share a folder, but each has an outbox of its own: give each running process a folder of its own.
 */
export function fileStorage(folder: string): ChatStorage {
  // Asked for when it is called, not imported: a bundler for browsers looks for no module of Node's.
  const { fs, path, v8, crypto } = nodeModules();
  const root = path.resolve(folder);
  const fileOf = (key: string): string => path.join(root, nameOf(key) + VALUE);
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: what was asked for later is done later. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const done = last.then(run);
    last = done.catch(() => undefined);
    return done;
  };
  const names = async (): Promise<readonly string[]> => (await orElse(fs.readdir(root), "ENOENT")) ?? [];
  const remove = (file: string): Promise<void> => fs.rm(file, { force: true });

  async function write(file: string, bytes: Uint8Array): Promise<void> {
    const aside = path.join(root, crypto.randomUUID() + UNFINISHED);
    await fs.mkdir(root, { recursive: true, mode: 0o700 });
    try {
      await fs.writeFile(aside, bytes, { mode: 0o600, flush: true });
      await fs.rename(aside, file);
    } catch (cause) {
      await remove(aside);
      throw cause;
    }
  }

  async function removeAbandoned(): Promise<void> {
    for (const name of await names()) {
      if (!name.endsWith(UNFINISHED)) continue;
      const file = path.join(root, name);
      const stats = await orElse(fs.stat(file), "ENOENT");
      if (stats && Date.now() - stats.mtimeMs > ABANDONED_MS) await remove(file);
    }
  }

  last = removeAbandoned().catch(() => undefined);
  return {
    name: root,
    get: (key) =>
      inTurn(async () => {
        const bytes = await orElse(fs.readFile(fileOf(key)), "ENOENT");
        try {
          return bytes && (v8.deserialize(bytes) as unknown);
        } catch {
          // Damaged from outside: as good as nothing.
          return undefined;
        }
      }),
    set: (key, value) => {
      // As it is now, whatever its owner does to it meanwhile.
      const bytes = v8.serialize(value);
      return inTurn(() => write(fileOf(key), bytes));
    },
    delete: (key) => inTurn(() => remove(fileOf(key))),
    keys: () =>
      inTurn(async () =>
        (await names())
          .filter((name) => name.endsWith(VALUE))
          .map((name) => keyOf(name.slice(0, -VALUE.length))),
      ),
    clear: () =>
      inTurn(async () => {
        const ours = (await names()).filter((name) => name.endsWith(VALUE) || name.endsWith(UNFINISHED));
        await Promise.all(ours.map((name) => remove(path.join(root, name))));
      }),
  };
}

/** A key as a file's name, also where `a` and `A` are the same file: what is not a–z, 0–9 or `-` is its bytes. */
const nameOf = (key: string): string =>
  Array.from(new TextEncoder().encode(key), (byte) => {
    const letter = String.fromCharCode(byte);
    return /[a-z0-9-]/.test(letter) ? letter : `_${byte.toString(16).padStart(2, "0")}`;
  }).join("");

const keyOf = (name: string): string => decodeURIComponent(name.replace(/_([0-9a-f]{2})/g, "%$1"));

async function orElse<T>(attempt: Promise<T>, expected: string): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code === expected) return undefined;
    throw cause;
  }
}

/** @throws Error outside Node, which is a programmer's mistake */
function nodeModules() {
  const { process } = globalThis as { readonly process?: Partial<NodeJS.Process> };
  const load = process?.getBuiltinModule;
  if (!load)
    throw new Error("fileStorage is for Node 20.19 or later. In a browser there is indexedDbStorage.");
  return {
    fs: load("node:fs/promises"),
    path: load("node:path"),
    v8: load("node:v8"),
    crypto: load("node:crypto"),
  };
}
