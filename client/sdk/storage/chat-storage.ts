import type { Logger } from "../environment.ts";

/** Where a client keeps what must survive a reload: values that `structuredClone` can copy, by key. */
export interface ChatStorage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
  clear(): Promise<void>;
  /** What the tabs that share this storage have in common; null: it is shared by nobody. */
  readonly name: string | null;
}

/** Kept as long as the process, or the page, lives. */
export function memoryStorage(): ChatStorage {
  const values = new Map<string, unknown>();
  return {
    name: null,
    get: (key) => Promise.resolve(values.get(key)),
    set: (key, value) => Promise.resolve(void values.set(key, structuredClone(value))),
    delete: (key) => Promise.resolve(void values.delete(key)),
    keys: () => Promise.resolve([...values.keys()]),
    clear: () => Promise.resolve(values.clear()),
  };
}

/**
 * A storage that never fails: one that is full, blocked or broken is told of once and done without, so that
 * what is in memory still goes out.
 */
export function forgiving(storage: ChatStorage, logger: Logger): ChatStorage {
  let told = false;
  const attempt = async <T>(run: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await run();
    } catch (cause) {
      if (!told) logger.warn("the storage fails: nothing survives a reload", { cause });
      told = true;
      return otherwise;
    }
  };
  return {
    name: storage.name,
    get: (key) => attempt(() => storage.get(key), undefined),
    set: (key, value) => attempt(() => storage.set(key, value), undefined),
    delete: (key) => attempt(() => storage.delete(key), undefined),
    keys: () => attempt(() => storage.keys(), []),
    clear: () => attempt(() => storage.clear(), undefined),
  };
}
