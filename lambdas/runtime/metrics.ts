import { METRIC_DIMENSION, METRIC_NAMESPACE, DISTRIBUTIONS, REFUSED } from "../chat/metrics.ts";
import type { Counter, Distribution } from "../chat/metrics.ts";
import type { Metrics } from "../chat/ports.ts";
import { Histogram } from "./histogram.ts";

/** What a function environment has counted, written to its log now and then. */
export interface MetricsWriter extends Metrics {
  /** Writes what was counted before the environment was frozen for long, under the time it was counted at. */
  invocationBegins(): void;
  /** Writes what was counted, unless the last line is younger than two minutes. */
  invocationEnds(): void;
}

/**
 * More often would cost more than it tells, where a function is called now and then: its alarms look at five
 * minutes (`npm run bench -- log-volume`).
 */
export const WRITE_EVERY_MS = 120_000;

/** Its alarm sounds at the first: it must not wait for an invocation that may never come. */
const URGENT: Counter = REFUSED.INTERNAL;

/**
 * Counts in memory and writes a line of CloudWatch's embedded metric format every two minutes and environment,
 * however many the requests. The first line comes with the first invocation, and so does each after a pause:
 * only an environment that is called within two minutes after a line, and then never again, takes with it what
 * it counted since. Straight to stdout, as the log: Lambda lets a line of JSON be and takes one without a level
 * for INFO ("Log-level filtering", AWS Lambda developer guide), which the functions' setting lets pass.
 *
 * `stage` undefined counts nothing.
 */
export function createMetrics(stage: string | undefined, now: () => number): MetricsWriter {
  if (stage === undefined) return NO_METRICS;
  let counts = new Map<Counter, number>();
  let histograms = new Map<Distribution, Histogram>();
  let countedAt = 0;
  let writtenAt = -Infinity;

  const write = (): void => {
    if (counts.size + histograms.size === 0) return;
    process.stdout.write(`${JSON.stringify(metricLine(stage, countedAt, counts, histograms))}\n`);
    counts = new Map();
    histograms = new Map();
  };
  const isOld = (at: number): boolean => now() - at >= WRITE_EVERY_MS;

  return {
    count(counter, by = 1) {
      counts.set(counter, (counts.get(counter) ?? 0) + by);
      countedAt = now();
    },
    measure(distribution, value) {
      const histogram = histograms.get(distribution) ?? new Histogram();
      histograms.set(distribution, histogram);
      histogram.add(value);
      countedAt = now();
    },
    invocationBegins() {
      if (isOld(countedAt)) write();
    },
    invocationEnds() {
      if (counts.size + histograms.size === 0 || !(isOld(writtenAt) || counts.has(URGENT))) return;
      write();
      writtenAt = now();
    },
  };
}

const nothing = (): void => undefined;
const NO_METRICS: MetricsWriter = {
  count: nothing,
  measure: nothing,
  invocationBegins: nothing,
  invocationEnds: nothing,
};

/** "Specification: Embedded metric format", Amazon CloudWatch user guide. `at` in milliseconds since the epoch. */
const metricLine = (
  stage: string,
  at: number,
  counts: ReadonlyMap<Counter, number>,
  histograms: ReadonlyMap<Distribution, Histogram>,
): unknown => ({
  _aws: {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: METRIC_NAMESPACE,
        Dimensions: [[METRIC_DIMENSION]],
        Metrics: [
          ...[...counts.keys()].map((Name) => ({ Name, Unit: "Count" })),
          ...[...histograms.keys()].map((Name) => ({ Name, Unit: DISTRIBUTIONS[Name] })),
        ],
      },
    ],
  },
  [METRIC_DIMENSION]: stage,
  ...Object.fromEntries(counts),
  ...Object.fromEntries([...histograms].map(([name, histogram]) => [name, histogram.toMetricValue()])),
});
