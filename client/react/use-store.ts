import { useSyncExternalStore } from "react";
import type { Store } from "../sdk/store.ts";

/** The value of any of the client's stores; the component is drawn again when it changes. */
export const useStore = <T>(store: Store<T>): T =>
  useSyncExternalStore(store.subscribe, store.get, store.get);
