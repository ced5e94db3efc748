import { setImmediate as turn } from "node:timers/promises";
import { memoryStorage, type ChatStorage } from "../../client/index.ts";

/** A storage that outlives the clients on it. As a browser's does, it does one thing after the other, later than asked. */
export class Disk {
  readonly #storage = memoryStorage();
  #last: Promise<unknown> = Promise.resolve();

  /** As one life of a client sees it: once that is over, what it had still to write is not written. */
  mount(over: AbortSignal, written: (key: string) => void): ChatStorage {
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
      const done = this.#last.then(async () => {
        await turn();
        return over.aborted ? (undefined as T) : work();
      });
      this.#last = done;
      return done;
    };
    return {
      name: null,
      get: (key) => inTurn(() => this.#storage.get(key)),
      set: (key, value) => {
        const copy: unknown = structuredClone(value);
        return inTurn(async () => {
          await this.#storage.set(key, copy);
          written(key);
        });
      },
      delete: (key) => inTurn(() => this.#storage.delete(key)),
      keys: async () => (await inTurn(() => this.#storage.keys())) ?? [],
      clear: () => inTurn(() => this.#storage.clear()),
    };
  }
}
