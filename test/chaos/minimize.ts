import fc from "fast-check";
import { histories, onlyHistoryOf, type History } from "./history.ts";
import type { Violation } from "./journal.ts";

export interface Minimized {
  readonly history: History;
  readonly violations: readonly Violation[];
  readonly replays: number;
}

/**
 * Plays the history of a seed again, then smaller ones, as long as they fail. Timing is not ours to repeat:
 * what fails once may pass the next time, so this finds a smaller history, not the smallest. Null: it passed.
 */
export async function minimize(
  seed: number,
  play: (history: History) => Promise<readonly Violation[]>,
  replays: number,
): Promise<Minimized | null> {
  let smallest: Minimized | null = null;
  let played = 0;
  const property = fc.asyncProperty(histories, async (candidate) => {
    if (played >= replays) return true;
    played += 1;
    const violations = await play(candidate);
    if (violations.length > 0) smallest = { history: candidate, violations, replays: played };
    return violations.length === 0;
  });
  await fc.check(property, onlyHistoryOf(seed));
  return smallest;
}
