import { afterEach, expect, test, vi } from "vitest";
import { followSources } from "../../start/follow-sources.ts";
import type { ReloadOutcome } from "../../start/reload.ts";
import type { Terminal } from "../../start/terminal.ts";

afterEach(() => vi.useRealTimers());

/** Follows sources that a test changes; the outcome of each reload is what stands in `outcome`. */
function follow() {
  vi.useFakeTimers();
  const said: string[] = [];
  const say = (text: string): number => said.push(text);
  const silent = (): void => undefined;
  const terminal: Terminal = {
    info: say,
    problem: say,
    functions: { line: silent, invocation: silent },
    gateway: silent,
    events: silent,
  };
  const state = { outcome: UNCHANGED, reloads: 0, looks: 0, work: Promise.resolve() };
  let change: (names: readonly string[]) => void = silent;
  const following = followSources(
    (onChange) => {
      change = onChange;
      return () => (state.looks += 1);
    },
    async () => {
      state.reloads += 1;
      await state.work;
      return state.outcome;
    },
    terminal,
  );
  return { said, state, change: (...names: string[]) => change(names), following };
}

const UNCHANGED: ReloadOutcome = { type: "reloaded", changes: "nothing that is served" };

test("a file that keeps changing without effect is given ever more time, and said twice", async () => {
  const { said, state, change } = follow();
  for (let second = 0; second < 60; second += 1) {
    change("log");
    await vi.advanceTimersByTimeAsync(1_000);
  }
  // After 0, 1, 2, 4, 8, 16 seconds, each time with the next change.
  expect(state.reloads).toBeLessThanOrEqual(6);
  expect(said).toEqual([
    "The sources have changed.",
    "Reloaded: nothing that is served.",
    expect.stringMatching(/^log changes without effect .* in cdk\.json leaves it out\.$/),
  ]);
});

test("another file does not wait for it, and one that has an effect waits no longer", async () => {
  const { state, change } = follow();
  for (const wait of [0, 1_000, 2_000]) {
    change("log");
    await vi.advanceTimersByTimeAsync(wait);
  }
  change("log");
  state.outcome = { type: "reloaded", changes: "functions Web" };
  change("log", "src/web.ts");
  await vi.advanceTimersByTimeAsync(0);
  expect(state.reloads).toBe(4);
  change("log");
  await vi.advanceTimersByTimeAsync(0);
  expect(state.reloads).toBe(5);
});

test("a failure that stays the same is not said for ever", async () => {
  const { said, state, change } = follow();
  state.outcome = { type: "failed", message: "The app could not be synthesized." };
  for (let second = 0; second < 20; second += 1) {
    change("log");
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(said.filter((text) => text.startsWith("The app could not be synthesized."))).toHaveLength(1);
  expect(state.reloads).toBeLessThanOrEqual(6);
});

test("closed, it reloads no more", async () => {
  const { state, change, following } = follow();
  change("src/web.ts");
  following.close();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.reloads).toBe(0);
});

test("while a reload is under way nothing is said again; after it, it looks again", async () => {
  const { said, state, change } = follow();
  let end: () => void = () => undefined;
  state.work = new Promise((resolve) => (end = resolve));
  change("src/web.ts");
  await vi.advanceTimersByTimeAsync(0);
  // Its first line stands in the log by now.
  for (let time = 0; time < 10; time += 1) {
    change("src/web.ts", "log");
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(said).toEqual(["The sources have changed."]);
  expect(state).toMatchObject({ reloads: 1, looks: 0 });
  end();
  await vi.advanceTimersByTimeAsync(0);
  expect(state.looks).toBe(1);
});
