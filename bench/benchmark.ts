/** One benchmark: what it measures, and whether its bounds hold. */
export interface Benchmark {
  /** For the list of benchmarks: half a sentence. */
  readonly summary: string;
  /** Numbers that `--name value` may change, with their defaults. */
  readonly options: Readonly<Record<string, number>>;
  /** What `all` changes of them, so that all end within a quarter of an hour. */
  readonly brief?: Readonly<Record<string, number>>;
  run(options: Readonly<Record<string, number>>): Promise<readonly Figure[]>;
}

export interface Figure {
  readonly name: string;
  readonly value: number | string;
  readonly unit?: string;
  /** What was measured before what the benchmark is about was mended. */
  readonly before?: string;
  /** Missing it fails the run. */
  readonly bound?: Bound;
}

export interface Bound {
  /** As printed, e.g. `≤ 5`. */
  readonly text: string;
  readonly holds: boolean;
}

export function atMost(value: number, limit: number): Bound {
  return { text: `≤ ${limit}`, holds: value <= limit };
}

export function exactly(value: number, wanted: number): Bound {
  return { text: `= ${wanted}`, holds: value === wanted };
}

/** The value of an option that the benchmark itself declares. */
export function option(options: Readonly<Record<string, number>>, name: string): number {
  const value = options[name];
  if (value === undefined) throw new Error(`The benchmark declares no option ${name}.`);
  return value;
}
