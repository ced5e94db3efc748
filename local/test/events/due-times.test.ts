import { describe, expect, it } from "vitest";
import { readCron } from "../../assembly/read-cron.ts";
import { nextDue } from "../../events/due-times.ts";

/** The next times of an expression, from a Thursday on. */
function timesOf(expression: string, count: number): string[] {
  const cron = readCron(expression);
  if (cron === null) throw new Error(`${expression} is not read`);
  const times: string[] = [];
  let now: number | undefined = Date.parse("2026-01-01T00:00:00Z");
  while (times.length < count) {
    now = nextDue({ type: "cron", cron }, now);
    if (now === undefined) break;
    times.push(new Date(now).toISOString().slice(0, 16));
  }
  return times;
}

describe("a cron expression", () => {
  it.each<[string, string[]]>([
    ["cron(0/20 0,12 * * ? *)", ["2026-01-01T00:20", "2026-01-01T00:40", "2026-01-01T12:00"]],
    ["cron(15 10 ? * MON-TUE *)", ["2026-01-05T10:15", "2026-01-06T10:15", "2026-01-12T10:15"]],
    ["cron(0 0 L * ? *)", ["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00"]],
    // The 1st of February and March 2026 are Sundays.
    ["cron(0 8 1W * ? *)", ["2026-01-01T08:00", "2026-02-02T08:00", "2026-03-02T08:00"]],
    ["cron(0 8 ? * 6#2 *)", ["2026-01-09T08:00", "2026-02-13T08:00"]],
    ["cron(0 8 ? * 2L *)", ["2026-01-26T08:00", "2026-02-23T08:00"]],
    ["cron(0 8 29 FEB ? *)", ["2028-02-29T08:00", "2032-02-29T08:00"]],
    ["cron(0 8 1 6 ? 2027-2028)", ["2027-06-01T08:00", "2028-06-01T08:00"]],
    ["cron(0 8 ? * SAT-MON *)", ["2026-01-03T08:00", "2026-01-04T08:00", "2026-01-05T08:00"]],
    ["cron(0 */12 ? * 5 *)", ["2026-01-01T12:00", "2026-01-08T00:00"]],
  ])("%s is due at its times", (expression, expected) => {
    expect(timesOf(expression, expected.length)).toEqual(expected);
  });

  it("that lies in the past is due no more", () => {
    expect(timesOf("cron(0 8 1 6 ? 2020)", 1)).toEqual([]);
    expect(timesOf("cron(0 8 1 6 ? 2026)", 2)).toEqual(["2026-06-01T08:00"]);
  });

  it.each([
    "cron(0 8 * * * *)",
    "cron(0 8 ? * ? *)",
    "cron(60 8 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 8 * 13 ? *)",
    "cron(0 8 ? * 8 *)",
    "cron(0 8 * * ?)",
    "cron(x 8 * * ? *)",
    "cron(0/0 8 * * ? *)",
    "at(2026-01-01T00:00:00)",
  ])("%s is none that the service takes", (expression) => {
    expect(readCron(expression)).toBeNull();
  });
});
