import type { Counter, Distribution } from "../../../lambdas/chat/metrics.ts";
import type { Metrics } from "../../../lambdas/chat/ports.ts";

/** Remembers what was counted and measured. */
export class MemoryMetrics implements Metrics {
  readonly #counts = new Map<Counter, number>();
  readonly #measured = new Map<Distribution, number[]>();

  count(counter: Counter, by = 1): void {
    this.#counts.set(counter, (this.#counts.get(counter) ?? 0) + by);
  }

  measure(distribution: Distribution, value: number): void {
    const values = this.#measured.get(distribution) ?? [];
    this.#measured.set(distribution, values);
    values.push(value);
  }

  /** Every counter that was counted, zeros included. */
  get counts(): Partial<Record<Counter, number>> {
    return Object.fromEntries(this.#counts);
  }

  measured(distribution: Distribution): readonly number[] {
    return this.#measured.get(distribution) ?? [];
  }
}
