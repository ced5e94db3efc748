/** How many fall into each second from `from` on; times in milliseconds. */
export function eachSecond(times: readonly number[], from: number): number[] {
  const seconds: number[] = [];
  for (const time of times) {
    const at = Math.floor((time - from) / 1000);
    if (at >= 0) seconds[at] = (seconds[at] ?? 0) + 1;
  }
  return Array.from(seconds, (count) => count ?? 0);
}

/** The most that fall into any second, whenever it begins; times in milliseconds. */
export function mostInASecond(times: readonly number[]): number {
  const sorted = [...times].sort((one, other) => one - other);
  let from = 0;
  let most = 0;
  for (const [index, time] of sorted.entries()) {
    while (time - (sorted[from] ?? time) >= 1000) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
