/** The last of a function's durations, for their percentiles. */
export interface Latencies {
  add(ms: number): void;
  /** Milliseconds; null before the first. `share` 0.5 is the median. */
  percentile(share: number): number | null;
}

export function createLatencies(kept = 1_000): Latencies {
  const values: number[] = [];
  let next = 0;
  return {
    add: (ms) => {
      values[next] = ms;
      next = (next + 1) % kept;
    },
    percentile: (share) => {
      const sorted = [...values].sort((a, b) => a - b);
      return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
    },
  };
}
