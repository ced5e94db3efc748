const TICK_MS = 15_000;

/** What of a page tells that it has come back; absent outside browsers. */
interface Page {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  readonly document?: Page & { readonly visibilityState?: string };
}

/** Calls `woken` after sleep and when the network or the page has come back; ends by the function returned. */
export function onWakeUp(now: () => number, woken: () => void): () => void {
  const page = globalThis as Page;
  let last = now();
  // A timer that comes far too late has slept.
  const timer = setInterval(() => {
    const slept = now() - last > 3 * TICK_MS;
    last = now();
    if (slept) woken();
  }, TICK_MS);
  (timer as { unref?: () => void }).unref?.();
  const shown = (): void => {
    if (page.document?.visibilityState !== "hidden") woken();
  };
  page.addEventListener?.("online", woken);
  page.addEventListener?.("pageshow", woken);
  page.document?.addEventListener?.("visibilitychange", shown);
  return () => {
    clearInterval(timer);
    page.removeEventListener?.("online", woken);
    page.removeEventListener?.("pageshow", woken);
    page.document?.removeEventListener?.("visibilitychange", shown);
  };
}
