import { pause } from "./event-log.ts";

/** Requests come in crowds: one look for all that were answered in that time, instead of one each. */
const GATHER_MS = 20;

/** A wait that can be cut short from outside. */
export interface Nudge {
  /** Resolves after the time, or soon after a ring; also soon if it rang since the last wait. At once when the signal ends it. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  ring(): void;
}

export function createNudge(): Nudge {
  let rung = false;
  let current: AbortController | undefined;
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
      if (rung) await pause(GATHER_MS, signal);
      rung = false;
    },
    ring: () => {
      rung = true;
      current?.abort();
    },
  };
}
