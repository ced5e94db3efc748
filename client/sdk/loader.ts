import { lost } from "./chat-error.ts";
import { oneAtATime } from "./environment.ts";
import type { Asked, OnDemand } from "./offered.ts";

/** Loads the second file once it is needed: that is when the client is online, or when it is asked for before. */
export class Loader {
  /** null before it is loaded. */
  loaded: OnDemand | null = null;
  readonly #load: () => Promise<OnDemand>;

  constructor(load: () => Promise<OnDemand>) {
    this.#load = load;
  }

  /** @throws ChatError `NETWORK`; the next call tries again */
  readonly load = oneAtATime(async (): Promise<OnDemand> => {
    try {
      return (this.loaded ??= await this.#load());
    } catch (cause) {
      throw lost("A part of the client could not be loaded.", cause);
    }
  });
}

/** Does what is offered under a name, once that is loaded. @param first what it is given before all else */
export const askLater = <N extends keyof Asked>(onDemand: Loader, name: N, ...first: readonly string[]) =>
  (async (...given: readonly never[]): Promise<unknown> =>
    ((await onDemand.load()).asked[name] as (...all: readonly string[]) => unknown)(
      ...first,
      ...given,
    )) as never;
