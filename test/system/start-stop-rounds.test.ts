import { expect, test } from "vitest";
import { startUseStop } from "../../bench/start-stop/round.ts";

test("starts and stops leave no process, no open port and no file behind, killed functions or not", async () => {
  for (const round of [
    { killFunction: false, ephemeral: true },
    { killFunction: true, ephemeral: true },
    { killFunction: true, ephemeral: false },
  ]) {
    const { leftBehind, killed, processes, listening } = await startUseStop(round);
    expect(leftBehind).toEqual([]);
    expect(killed).toBe(round.killFunction);
    // The cloud, and guards and programs of engine and functions; its own port and the engine's.
    expect(processes).toBeGreaterThanOrEqual(7);
    expect(listening).toBeGreaterThanOrEqual(2);
  }
});
