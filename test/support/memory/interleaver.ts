import { setImmediate as drained } from "node:timers/promises";

/**
 * Runs asynchronous tasks one step at a time in an order drawn from `random`: a task that waits goes on only
 * when it is drawn, and runs until it waits again. The same numbers give the same order.
 */
export class Interleaver {
  readonly #random: () => number;
  readonly #waiting: (() => void)[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Until all tasks are done; rejects if one of them rejects, or waits for something other than a step. */
  async run(tasks: readonly Promise<unknown>[]): Promise<void> {
    let pending = tasks.length;
    const all = Promise.allSettled(
      tasks.map(async (task) => {
        try {
          await task;
        } finally {
          pending -= 1;
        }
      }),
    );
    for (await drained(); pending > 0 || this.#waiting.length > 0; await drained()) {
      const [next] = this.#waiting.splice(Math.floor(this.#random() * this.#waiting.length), 1);
      if (!next) throw new Error("A task waits for something that is no step.");
      next();
    }
    const failed = (await all).find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }
}
