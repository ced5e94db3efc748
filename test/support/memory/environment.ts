import type { Hooks, PortCall } from "./hooks.ts";
import type { Interleaver } from "./interleaver.ts";

/** Thrown out of the port call at which an environment dies. */
export class Crash extends Error {}

export interface EnvironmentOptions {
  readonly interleaver: Interleaver;
  readonly random: () => number;
  /** Called whenever a step is taken: time may go on. */
  readonly onStep?: () => void;
  readonly maxLag?: number;
  /** How often, 0 to 1, the answer to a write is lost. */
  readonly answerLoss?: number;
  readonly pageSize?: number;
  readonly isPatchy?: boolean;
}

/**
 * One function environment's way to the ports: every call waits its turn before and after its effect, and at
 * a chosen one the environment dies, with everything it still had under way.
 */
export class Environment implements Hooks {
  readonly pageSize: number;
  readonly isPatchy: boolean;
  readonly #options: EnvironmentOptions;
  #stepsLeft = Infinity;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.pageSize = options.pageSize ?? 3;
    this.isPatchy = options.isPatchy ?? false;
  }

  get isDead(): boolean {
    return this.#stepsLeft < 0;
  }

  /** Dies at the nth step from now; each port call has two, one on either side of its effect. */
  dieAt(step: number | null): void {
    this.#stepsLeft = step ?? Infinity;
  }

  async step(_call: PortCall): Promise<void> {
    await this.#options.interleaver.wait();
    this.#options.onStep?.();
    this.#stepsLeft -= 1;
    if (this.isDead) throw new Crash("The environment died.");
  }

  lag(): number {
    return Math.floor(this.#options.random() * ((this.#options.maxLag ?? 6) + 1));
  }

  losesAnswer(): boolean {
    return this.#options.random() < (this.#options.answerLoss ?? 0);
  }
}
