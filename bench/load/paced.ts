import { setTimeout as delay } from "node:timers/promises";

/**
 * Starts `work` at a steady rate, whatever becomes of earlier calls, as clients that do not know each
 * other would; resolves when the last has ended. What falls due while this process is busy starts at once.
 */
export async function atRate(
  perSecond: number,
  seconds: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const total = Math.round(perSecond * seconds);
  const begun = performance.now();
  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * perSecond) + 1);
    for (; index < due; index += 1) {
      const call = work(index).finally(() => running.delete(call));
      running.add(call);
    }
    await delay(5);
  }
  await Promise.all(running);
}

/** All of them, only so many at a time. */
export async function withLimit<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      results[at] = await work(items[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
