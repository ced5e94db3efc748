import type { Run } from "../functions/function-stage.ts";

/** Two starts that followed one another. */
export interface Pair {
  readonly ours: Run;
  readonly byDefault: Run;
}

/** Pairs of starts, whose order changes from one to the next; the first pair, which finds no file cached, is left out. */
export async function pairedStarts(
  count: number,
  start: (build: "ours" | "default") => Promise<Run>,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= count; round += 1) {
    const first = await start(round % 2 === 0 ? "ours" : "default");
    const second = await start(round % 2 === 0 ? "default" : "ours");
    const pair = round % 2 === 0 ? { ours: first, byDefault: second } : { ours: second, byDefault: first };
    if (round > 0) pairs.push(pair);
  }
  return pairs;
}
