import type { ChatError } from "./chat-error.ts";
import { tellAll } from "./environment.ts";

/** A value that changes, and who wants to hear of it. Fits React's `useSyncExternalStore`. */
export interface Store<T> {
  /** The value as it stands: the same object until it changes. */
  readonly get: () => T;
  /** Has `listener` called after each change, until the function returned is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A store that its owner writes. */
export class Value<T> implements Store<T> {
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    tellAll(this.#listeners, undefined);
  }

  /** Changes some of its fields. */
  merge(change: Partial<T>): void {
    this.set({ ...this.#value, ...change });
  }
}

/** A list of which nothing was loaded yet. */
export const notLoaded = <T>(loadMore: () => Promise<void>) =>
  Object.assign(new Value<ListState<T>>({ items: [], hasMore: true, loading: false, error: null }), {
    loadMore,
  });

/** A list as far as it was loaded. */
export interface ListState<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly error: ChatError | null;
}
