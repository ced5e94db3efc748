import { beforeEach, describe, expect, it, vi } from "vitest";
import { COUNTERS } from "../../../lambdas/chat/metrics.ts";
import { createMetrics, WRITE_EVERY_MS, type MetricsWriter } from "../../../lambdas/runtime/metrics.ts";
import { observed } from "../../../lambdas/runtime/observed.ts";
import { SILENT } from "../../support/memory/chat.ts";

const START = Date.UTC(2030, 0, 1);

let lines: string[];
let now: number;
let metrics: MetricsWriter;
beforeEach(() => {
  lines = [];
  now = START;
  metrics = createMetrics("prod", () => now);
  vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
});

/** What CloudWatch makes of the lines: the sum of a counter by the time it is booked under. */
const booked = (counter: string): readonly (readonly [at: number, value: number])[] =>
  lines.flatMap((line) => {
    const entry = JSON.parse(line) as { readonly _aws: { readonly Timestamp: number } };
    const value = (entry as unknown as Record<string, unknown>)[counter];
    return typeof value === "number" ? [[entry._aws.Timestamp - START, value] as const] : [];
  });
const invoke = (run: () => void = () => undefined): Promise<void> =>
  observed({ log: SILENT, metrics }, () => Promise.resolve(run()))(null);

describe("a line of metrics", () => {
  it("is in the embedded metric format", async () => {
    await invoke(() => {
      metrics.count("Sends", 2);
      metrics.count("PushesFailed", 0);
      metrics.measure("FanOutTime", 12);
      metrics.measure("FanOutTime", 12);
      now += 5;
      metrics.measure("FanOutTime", 0);
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(lines[0]!)).toEqual({
      _aws: {
        Timestamp: START + 5,
        CloudWatchMetrics: [
          {
            Namespace: "Parley",
            Dimensions: [["Stage"]],
            Metrics: [
              { Name: "Sends", Unit: "Count" },
              { Name: "PushesFailed", Unit: "Count" },
              { Name: "FanOutTime", Unit: "Milliseconds" },
            ],
          },
        ],
      },
      Stage: "prod",
      Sends: 2,
      PushesFailed: 0,
      FanOutTime: { Values: [0, 12.1], Counts: [1, 2], Min: 0, Max: 12, Sum: 24, Count: 3 },
    });
  });

  it("holds at most 100 values of a metric, each within 6 % of what was measured", async () => {
    const values = Array.from({ length: 90_000 }, (_, ms) => ms);
    await invoke(() => values.forEach((ms) => metrics.measure("FanOutTime", ms)));
    const { FanOutTime } = JSON.parse(lines[0]!) as { FanOutTime: { Values: number[]; Counts: number[] } };
    expect(FanOutTime.Values.length).toBeLessThanOrEqual(100);
    expect(new Set(FanOutTime.Values).size).toBe(FanOutTime.Values.length);
    expect(FanOutTime.Counts.reduce((sum, count) => sum + count)).toBe(values.length);
    // In order, so the value at a rank is known.
    let rank = 0;
    for (const [index, value] of FanOutTime.Values.entries()) {
      const [first, last] = [rank, rank + FanOutTime.Counts[index]! - 1];
      rank = last + 1;
      if (first < 1 || last > 60_000) continue;
      expect(Math.abs(value - first) / first).toBeLessThan(0.065);
      expect(Math.abs(value - last) / last).toBeLessThan(0.065);
    }
  });

  it("is far below what one line may have, whatever was counted", async () => {
    await invoke(() => {
      for (const counter of COUNTERS) metrics.count(counter, 1_000_000);
      for (let ms = 0; ms < 90_000; ms += 1) metrics.measure("FanOutTime", ms);
    });
    expect(lines[0]!.length).toBeLessThan(5_000);
  });

  it("is not written for nothing, nor without a stage", async () => {
    await invoke();
    metrics = createMetrics(undefined, () => now);
    await invoke(() => {
      metrics.count("RefusedInternal");
      metrics.measure("FanOutTime", 1);
    });
    expect(lines).toEqual([]);
  });
});

describe("what an environment counts", () => {
  it("is written every two minutes, however many the invocations", async () => {
    for (let second = 0; second < 360; second += 1) {
      await invoke(() => metrics.count("Sends", 10));
      now += 1_000;
    }
    expect(booked("Sends")).toEqual([
      [0, 10],
      [120_000, 1_200],
      [240_000, 1_200],
    ]);
    now += WRITE_EVERY_MS;
    await invoke();
    expect(booked("Sends").at(-1)).toEqual([359_000, 1_190]);
  });

  it("goes out at once with the first invocation and after a pause, so that an idle environment owes nothing", async () => {
    for (const pause of [0, WRITE_EVERY_MS, 30 * WRITE_EVERY_MS]) {
      now += pause;
      await invoke(() => metrics.count("Sends"));
    }
    expect(booked("Sends")).toEqual([
      [0, 1],
      [WRITE_EVERY_MS, 1],
      [31 * WRITE_EVERY_MS, 1],
    ]);
  });

  it("before it was frozen is booked under the time it was counted at", async () => {
    await invoke(() => metrics.count("Sends"));
    now += 10_000;
    await invoke(() => metrics.count("Sends"));
    now += 3_600_000;
    await invoke(() => metrics.count("Sends"));
    expect(booked("Sends")).toEqual([
      [0, 1],
      [10_000, 1],
      [3_610_000, 1],
    ]);
  });

  it("of our own failures waits for nothing", async () => {
    await invoke(() => metrics.count("Sends"));
    await invoke(() => metrics.count("RefusedInternal"));
    await invoke(() => metrics.count("RefusedInvalidRequest"));
    expect(booked("RefusedInternal")).toEqual([[0, 1]]);
    expect(booked("RefusedInvalidRequest")).toEqual([]);
  });

  it("is written when the invocation fails, too", async () => {
    const failing = observed({ log: SILENT, metrics }, () => {
      metrics.count("Sends");
      return Promise.reject(new Error("no database"));
    });
    await expect(failing(null)).rejects.toThrow("no database");
    expect(booked("Sends")).toEqual([[0, 1]]);
  });
});
