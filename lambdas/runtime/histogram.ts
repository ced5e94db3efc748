/** Neighbouring buckets lie 12 % apart: 100 of them reach from a millisecond to more than a minute. */
const STEP = Math.log(1.12);

/** CloudWatch drops a metric with more than 100 values in a line. */
const MAX_BUCKETS = 100;

/** How the embedded metric format carries many values of one metric, each with how often it came. */
export interface MetricValue {
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
  readonly Min: number;
  readonly Max: number;
  readonly Sum: number;
  readonly Count: number;
}

/**
 * Many measured values in few buckets, each within 6 % of what was measured, so that percentiles hold.
 * The form is that of OpenTelemetry's awsemf exporter and of AWS's own EMF library for Java.
 */
export class Histogram {
  readonly #buckets = new Map<number, number>();
  #min = Infinity;
  #max = -Infinity;
  #sum = 0;
  #count = 0;

  /** `value` 0 or more. */
  add(value: number): void {
    // Bucket 0 holds what is below one, the last what is too large for the others.
    const bucket = value < 1 ? 0 : Math.min(MAX_BUCKETS - 1, 1 + Math.round(Math.log(value) / STEP));
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#sum += value;
    this.#count += 1;
  }

  toMetricValue(): MetricValue {
    const buckets = [...this.#buckets].toSorted(([a], [b]) => a - b);
    return {
      Values: buckets.map(([bucket]) => (bucket === 0 ? 0 : round(Math.exp((bucket - 1) * STEP)))),
      Counts: buckets.map(([, count]) => count),
      Min: this.#min,
      Max: this.#max,
      Sum: this.#sum,
      Count: this.#count,
    };
  }
}

/** Three digits: more would be longer, not truer. */
const round = (value: number): number => Number(value.toPrecision(3));
