import type { CloseOutcome, Push, PushOutcome, Sockets } from "../../lambdas/chat/ports.ts";
import type { Meter } from "../../test/support/meter.ts";

/** Sockets that take every push at once: how late one is on this machine is not to decide what is counted. */
export class CountedSockets implements Sockets {
  readonly #meter: Meter;
  /** A tick of the meter; Infinity: nothing was pushed. */
  firstPush = Infinity;
  pushes = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  push(pushes: readonly Push[]): Promise<readonly PushOutcome[]> {
    if (pushes.length > 0) this.firstPush = Math.min(this.firstPush, this.#meter.tick());
    this.pushes += pushes.length;
    return Promise.resolve(pushes.map(() => "delivered"));
  }

  close(connectionIds: readonly string[]): Promise<readonly CloseOutcome[]> {
    return Promise.resolve(connectionIds.map(() => "closed"));
  }

  reset(): void {
    this.firstPush = Infinity;
    this.pushes = 0;
  }
}
