import { describe, expect, it } from "vitest";
import { playTraffic } from "../../../bench/load/logged-traffic.ts";
import { measureVolume } from "../../../bench/log-volume.ts";

const MONTH_SECONDS = 30 * 86_400;
const MEGABYTES = 50;

describe("the log of a million sends, nothing going wrong", () => {
  it.each([
    ["in a month", 1_000_000 / MONTH_SECONDS, 1],
    ["in a day", 1_000_000 / 86_400, 2],
    ["in an hour", 1_000_000 / 3_600, 20],
  ])(`%s is at most ${MEGABYTES} MB`, async (_name, perSecond, environments) => {
    const { lines, megabytesAMillion } = await measureVolume({ sends: 2_000, perSecond, environments });
    expect(lines).toBeGreaterThan(0);
    expect(megabytesAMillion).toBeLessThanOrEqual(MEGABYTES);
  });

  it("is the same at the same traffic", async () => {
    const traffic = { sends: 200, perSecond: 1, environments: 2 };
    expect(await playTraffic(traffic)).toEqual(await playTraffic(traffic));
  });

  it("holds nothing but metrics, and every send but those since an environment's last line", async () => {
    const perSecond = 10;
    const { lines } = await playTraffic({ sends: 6_000, perSecond, environments: 2 });
    const entries = lines.map(
      (line) => JSON.parse(line) as { readonly _aws?: object; readonly Sends?: number },
    );
    expect(entries.filter(({ _aws }) => _aws === undefined)).toEqual([]);
    const counted = entries.reduce((sum, { Sends = 0 }) => sum + Sends, 0);
    expect(counted).toBeLessThanOrEqual(6_000);
    expect(counted).toBeGreaterThanOrEqual(6_000 - 120 * perSecond);
  });
});
