/** Milliseconds of many operations. */
export interface Durations {
  add(ms: number): void;
  readonly count: number;
  /** `share` 0.5 is the median; NaN of nothing. */
  percentile(share: number): number;
}

export function createDurations(): Durations {
  const values: number[] = [];
  return {
    add: (ms) => values.push(ms),
    get count() {
      return values.length;
    },
    percentile: (share) => percentileOf(values, share),
  };
}

export function percentileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
