import { atMost, option, type Benchmark, type Figure } from "./benchmark.ts";
import { playTraffic, type Traffic } from "./load/logged-traffic.ts";

const LIMIT_MB = 50;
const MILLION = 1_000_000;
const MONTH_SECONDS = 30 * 86_400;

/** A million sends in these times, in so many environments of each function. */
const SPREADS: readonly (readonly [name: string, Omit<Traffic, "sends">])[] = [
  ["in a month, one environment", { perSecond: MILLION / MONTH_SECONDS, environments: 1 }],
  ["in a day, two environments", { perSecond: MILLION / 86_400, environments: 2 }],
  ["in an hour, 20 environments", { perSecond: MILLION / 3_600, environments: 20 }],
];

export const logVolume: Benchmark = {
  summary: "what the functions log of a million sends, nothing going wrong",
  options: { sends: 2_000 },
  run: async (options) => {
    const figures: Figure[] = [];
    for (const [name, spread] of SPREADS) {
      const { lines, megabytesAMillion } = await measureVolume({
        ...spread,
        sends: option(options, "sends"),
      });
      const bound = atMost(megabytesAMillion, LIMIT_MB);
      figures.push({ name: `a million sends ${name}`, value: megabytesAMillion, unit: "MB", bound });
      figures.push({ name: "lines of the sends played", value: lines });
    }
    return figures;
  },
};

/** The log of so many sends, and what that makes of a million at the same rate. */
export async function measureVolume(
  traffic: Traffic,
): Promise<{ readonly lines: number; readonly megabytesAMillion: number }> {
  const { lines, bytes } = await playTraffic(traffic);
  return { lines: lines.length, megabytesAMillion: ((bytes / traffic.sends) * MILLION) / 1e6 };
}
