/** Runs as many at a time as `concurrency` says; results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  concurrency: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return results;
}

/** `Promise.all` that ends only when all have: what goes on after an answer is lost where the function is frozen. */
export async function allOf<T extends readonly unknown[]>(promises: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const ended = await Promise.allSettled<unknown>(promises);
  return ended.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  }) as readonly unknown[] as T;
}
