/** Counts what was let through within the last second. */
export interface RateWindow {
  /** False where `perSecond` have been taken within the last second already. */
  take(perSecond: number): boolean;
}

export function createRateWindow(now: () => number = () => performance.now()): RateWindow {
  let taken: number[] = [];
  return {
    take(perSecond) {
      const at = now();
      taken = taken.filter((time) => at - time < 1000);
      if (taken.length >= perSecond) return false;
      taken.push(at);
      return true;
    },
  };
}
