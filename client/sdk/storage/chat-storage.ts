import { ChatError } from "../chat-error.ts";
import { within } from "../environment.ts";
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

/** A storage blocked by another tab may never answer. */
const ANSWER_MS = 3_000;

/** A storage that never fails, and ends. */
export interface ForgivingStorage extends ChatStorage {
  /** Empties it after what is being written, and writes no more. */
  wipe(): Promise<void>;
}

/**
 * One that is full, blocked or broken is told of once and done without, so that what is in memory still goes
 * out; one that does not answer is not asked again before it has: a computer that sleeps answers late.
 */
export function forgiving(storage: ChatStorage, logger: Logger): ForgivingStorage {
  const writes = new Set<Promise<unknown>>();
  let told = false;
  let isSilent = false;
  let isWiped = false;
  const attempt = async <T>(run: () => Promise<T>, otherwise: T): Promise<T> => {
    if (isSilent) return otherwise;
    try {
      const answer = run();
      const heard = (): void => void (isSilent = false);
      answer.then(heard, heard);
      return await within(ANSWER_MS, () => answer);
    } catch (cause) {
      isSilent ||= cause instanceof ChatError;
      if (!told) logger.warn("nothing is kept", { cause });
      told = true;
      return otherwise;
    }
  };
  const write = (run: () => Promise<void>): Promise<void> => {
    if (isWiped) return Promise.resolve();
    const writing = attempt(run, undefined).finally(() => writes.delete(writing));
    writes.add(writing);
    return writing;
  };
  return {
    name: storage.name,
    get: (key) => attempt(() => storage.get(key), undefined),
    set: (key, value) => write(() => storage.set(key, value)),
    delete: (key) => write(() => storage.delete(key)),
    keys: () => attempt(() => storage.keys(), []),
    clear: () => write(() => storage.clear()),
    wipe: async () => {
      isWiped = true;
      await Promise.all(writes);
      // Also one that was given up: log-out leaves nothing that it could not at least try to remove.
      isSilent = false;
      await attempt(() => storage.clear(), undefined);
    },
  };
}
