import { pause } from "./event-log.ts";

/** Writes come in crowds: one look for all that were made in that time, instead of one each. */
const GATHER_MS = 20;
/** From one look to the next while writes go on: Lambda itself looks at a shard four times a second. */
const APART_MS = 100;

/** A wait that can be cut short from outside. */
export interface Nudge {
  /**
   * Resolves after the time, or soon after a ring; also soon if it rang since the last wait. At once when the signal
   * ends it. True if it rang.
   */
  wait(ms: number, signal: AbortSignal): Promise<boolean>;
  ring(): void;
}

export function createNudge(): Nudge {
  let rung = false;
  let current: AbortController | undefined;
  let lookedAt = -Infinity;
  return {
    wait: async (ms, signal) => {
      if (!rung && !signal.aborted) {
        const controller = new AbortController();
        current = controller;
        const end = (): void => controller.abort();
        signal.addEventListener("abort", end);
        await pause(ms, controller.signal);
        signal.removeEventListener("abort", end);
        current = undefined;
      }
      const wasRung = rung;
      if (wasRung) {
        await pause(Math.max(GATHER_MS, lookedAt + APART_MS - performance.now()), signal);
        lookedAt = performance.now();
      }
      rung = false;
      return wasRung;
    },
    ring: () => {
      rung = true;
      current?.abort();
    },
  };
}
