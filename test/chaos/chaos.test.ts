import { expect, test } from "vitest";
import { runChaos } from "./chaos-run.ts";

// `npm run test:chaos` plays more, from a seed of its own each time.
const HISTORIES = 24;
const SEED = 20_300_101;
/** In milliseconds. Histories wait for timers, not for the processor: on a busy machine they take several times as long. */
const NET = 15 * 60_000;

test(
  "the guarantees hold while things break",
  async () => {
    const { totals, failures, injected } = await runChaos({
      histories: HISTORIES,
      seed: SEED,
      // The weather is drawn for each eight: these three have every fault.
      parallel: 8,
      replays: 6,
      faults: true,
      report: () => undefined,
    });
    expect(failures.join("\n\n")).toBe("");
    // That nothing went wrong says something only if much was done, and much broke.
    expect(totals.histories).toBe(HISTORIES);
    expect(totals.withClients).toBeGreaterThanOrEqual(HISTORIES / 2);
    expect(totals.count("acked")).toBeGreaterThan(5 * HISTORIES);
    expect(totals.count("attempts")).toBeGreaterThan(totals.messages);
    for (const type of ["edit", "delete", "react", "pin"] as const)
      expect([type, totals.changesOf(type) > 0]).toEqual([type, true]);
    expect(totals.revs).toBeGreaterThan(HISTORIES);
    expect(totals.groups).toBeGreaterThan(HISTORIES / 3);
    expect(totals.largestGroup).toBeGreaterThan(20);
    for (const type of ["add", "remove", "role", "rename"] as const)
      expect([type, totals.groupActsOf(type) > 0]).toEqual([type, true]);
    expect(totals.count("groupAcked")).toBeGreaterThan(HISTORIES / 2);
    expect(totals.count("probes")).toBeGreaterThan(0);
    expect(totals.count("lostSockets")).toBeGreaterThan(HISTORIES);
    const kinds = new Set([...injected.keys()].map((kind) => kind.split(".")[0]));
    for (const kind of ["kill", "database", "push", "stream", "cut", "loseDisconnect", "clockSkew"]) {
      expect(kinds).toContain(kind);
    }
  },
  NET,
);
