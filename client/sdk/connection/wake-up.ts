import { pause } from "../environment.ts";

const TICK_MS = 15_000;

/** What of a page tells that it has come back; absent outside browsers. */
interface Page {
  addEventListener?(type: string, listener: () => void, options: { readonly signal: AbortSignal }): void;
  readonly document?: { readonly visibilityState?: string };
}

/** Calls `woken` after sleep and when the network or the page has come back, until `signal` is aborted. */
export async function onWakeUp(now: () => number, woken: () => void, signal: AbortSignal): Promise<void> {
  const page = globalThis as Page;
  const shown = (): void => {
    if (page.document?.visibilityState !== "hidden") woken();
  };
  // The last one is the document's, and comes up to its window.
  for (const type of ["online", "pageshow", "visibilitychange"]) {
    page.addEventListener?.(type, shown, { signal });
  }
  while (!signal.aborted) {
    const last = now();
    await pause(TICK_MS, signal);
    // A timer that comes far too late has slept.
    if (now() - last > 3 * TICK_MS) woken();
  }
}
