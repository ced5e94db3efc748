import { atMost, type Figure } from "../benchmark.ts";
import type { Entry } from "./measure-ledger.ts";

const UNITS = { WRU: "WRU", RRU: "RRU", roundTrips: "trips", gatewayMessages: "messages" } as const;

/** Each operation's own part, before the worker, beside what architecture promises of it. */
export const goalFigures = (entries: readonly Entry[]): readonly Figure[] =>
  entries.flatMap(({ of: { operation, goal = {}, gap }, own, line }) =>
    (Object.keys(UNITS) as (keyof typeof UNITS)[]).flatMap((column) => {
      const limit = goal[column];
      if (limit === undefined) return [];
      const value = column === "WRU" || column === "RRU" ? own[column] : line[column];
      const missed = gap?.[column] ?? 0;
      const { text, holds } = atMost(value, limit + missed);
      const why = gap !== undefined && missed > 0 ? ` (${limit} and ${missed}: ${gap.why})` : "";
      return [{ name: operation, value, unit: UNITS[column], bound: { text: `${text}${why}`, holds } }];
    }),
  );
