import { clear, createStore, del, get, keys, set } from "idb-keyval";
import type { ChatStorage } from "./chat-storage.ts";

/** In the browser's IndexedDB, under a name that all tabs of a page's origin share. */
export function indexedDbStorage(name = "parley"): ChatStorage {
  const store = createStore(name, "chat");
  return {
    name,
    get: (key) => get(key, store),
    set: (key, value) => set(key, value, store),
    delete: (key) => del(key, store),
    keys: () => keys<string>(store),
    clear: () => clear(store),
  };
}
