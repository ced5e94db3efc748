import { lost } from "./chat-error.ts";
import { oneAtATime } from "./environment.ts";
import type { OnDemand } from "./offered.ts";

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
