import type { Chat } from "../../../lambdas/chat/chat.ts";
import { Crash } from "./environment.ts";
import type { Environment } from "./environment.ts";

/** A function environment with the chat that it runs. */
export interface Running {
  readonly chat: Chat;
  readonly environment: Environment;
}

/** One function environment after another: in the place of one that dies there is a new one. */
export class Lane {
  readonly #start: () => Running;
  #running: Running;

  constructor(start: () => Running) {
    this.#start = start;
    this.#running = start();
  }

  get chat(): Chat {
    return this.#running.chat;
  }

  get environment(): Environment {
    return this.#running.environment;
  }

  /** One invocation, which dies at this step; false if its environment died. */
  async survives(death: number | null, invoke: () => Promise<void>): Promise<boolean> {
    const { environment } = this.#running;
    environment.dieAt(death);
    try {
      await invoke();
      if (!environment.isDead) {
        environment.dieAt(null);
        return true;
      }
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    this.#running = this.#start();
    return false;
  }
}
