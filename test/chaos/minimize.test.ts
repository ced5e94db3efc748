import { describe, expect, test } from "vitest";
import { historyOf, type History } from "./history.ts";
import type { Violation } from "./journal.ts";
import { minimize } from "./minimize.ts";

const sendsOf = ({ steps }: History): number => steps.filter(({ action }) => action.type === "send").length;
const wrong: readonly Violation[] = [{ kind: "lost", text: "made up" }];

describe("a history that fails", () => {
  test.each([1, 2, 3])("is played again as it was, then made smaller (seed %i)", async (seed) => {
    const played: History[] = [];
    const smaller = await minimize(
      seed,
      (history) => {
        played.push(history);
        return Promise.resolve(sendsOf(history) >= 2 ? wrong : []);
      },
      200,
    );
    expect(played[0]).toEqual(historyOf(seed));
    expect(sendsOf(smaller!.history)).toBe(2);
    const rests = smaller!.history.steps.filter(({ action }) => action.type === "rest").length;
    expect(smaller!.history.steps.length - rests).toBeLessThan(historyOf(seed).steps.length / 2);
  });

  test("is played no oftener than allowed, and may pass alone", async () => {
    let played = 0;
    const fails = (): Promise<readonly Violation[]> => {
      played += 1;
      return Promise.resolve(wrong);
    };
    await minimize(1, fails, 5);
    expect(played).toBe(5);
    expect(await minimize(1, () => Promise.resolve([]), 5)).toBeNull();
  });
});
