import type { ChatStorage } from "./chat-storage.ts";

/** The part of IndexedDB that is used: half of what a library for it takes, in a client that has to be small. */
interface Request<T> {
  readonly result: T;
  readonly error: Error;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface ObjectStore {
  get(key: string): Request<unknown>;
  put(value: unknown, key: string): Request<unknown>;
  delete(key: string): Request<unknown>;
  getAllKeys(): Request<readonly string[]>;
  clear(): Request<unknown>;
}
interface Transaction {
  objectStore(name: string): ObjectStore;
  readonly error: Error;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
}
interface Database {
  transaction(name: string, mode: "readonly" | "readwrite"): Transaction;
  createObjectStore(name: string): void;
  close(): void;
  onclose: (() => void) | null;
  onversionchange: (() => void) | null;
}
interface Browser {
  readonly indexedDB: { open(name: string): Request<Database> & { onupgradeneeded: (() => void) | null } };
}

const STORE = "chat";

/** In the browser's IndexedDB, under a name that all tabs of a page's origin share. */
export function indexedDbStorage(name = "parley"): ChatStorage {
  let opening: Promise<Database> | null = null;

  const reopen = (): void => {
    opening = null;
  };
  const open = (): Promise<Database> =>
    (opening ??= new Promise<Database>((resolve, reject) => {
      const request = (globalThis as unknown as Browser).indexedDB.open(name);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => {
        const database = request.result;
        // Cleared by the user, or broken: the next use opens it anew.
        database.onclose = reopen;
        // Another tab deletes it, or has a newer version of it: it waits until all have let go.
        database.onversionchange = () => {
          database.close();
          reopen();
        };
        resolve(database);
      };
      request.onerror = () => reject(request.error);
    }));

  /** Resolves when the transaction is complete: until then a write may still be undone. */
  async function run<T>(mode: "readonly" | "readwrite", ask: (store: ObjectStore) => Request<T>): Promise<T> {
    try {
      const transaction = (await open()).transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      return await new Promise<T>((resolve, reject) => {
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error);
      });
    } catch (cause) {
      // Some browsers close it in the background and do not tell.
      reopen();
      throw cause;
    }
  }

  return {
    name,
    get: (key) => run("readonly", (store) => store.get(key)),
    set: async (key, value) => void (await run("readwrite", (store) => store.put(value, key))),
    delete: async (key) => void (await run("readwrite", (store) => store.delete(key))),
    keys: () => run("readonly", (store) => store.getAllKeys()),
    clear: async () => void (await run("readwrite", (store) => store.clear())),
  };
}
