import { pause } from "./event-log.ts";

/** A wait that can be cut short from outside. */
export interface Nudge {
  /** Resolves after the time, at a ring, or when the signal ends it; at once if it rang since the last wait. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  ring(): void;
}

export function createNudge(): Nudge {
  let rung = false;
  let current: AbortController | undefined;
  return {
    wait: async (ms, signal) => {
      if (rung || signal.aborted) {
        rung = false;
        return;
      }
      const controller = new AbortController();
      current = controller;
      const end = (): void => controller.abort();
      signal.addEventListener("abort", end);
      await pause(ms, controller.signal);
      signal.removeEventListener("abort", end);
      current = undefined;
      rung = false;
    },
    ring: () => {
      rung = true;
      current?.abort();
    },
  };
}
