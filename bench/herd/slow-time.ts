/**
 * Time that runs slower than the machine's: a thousand clients in one process on a busy machine come late to their
 * own timers, all at once, and what is counted then is the machine.
 */

const { setTimeout: setRealTimeout } = globalThis;
let factor = 1;

/** From now on a second of every timer that is set in this process, and of `now`, takes `times` seconds. */
export function slowTime(times: number): void {
  factor = times;
  // `fetch` gives its timers something to work on.
  globalThis.setTimeout = ((work: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
    setRealTimeout(work, ms * factor, ...given)) as typeof setTimeout;
}

/** Of another process's clock, in milliseconds. */
export const slowed = (time: number): number => time / factor;

/** In milliseconds; only differences mean something. */
export const now = (): number => slowed(Date.now());

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
