import type { Bound, Figure } from "../benchmark.ts";
import type { Dimension } from "./dimensions.ts";
import type { Grown, Taken } from "./measure-growth.ts";
import { mostOf, NAMED_GROWTH, textOf, type Growth } from "./named-growth.ts";

/** Where units are flat, the median may be so many times the smallest size's: the clock is shared with much else. */
const MOST_RATIO = 3;

export type Measured = Pick<Dimension, "name" | "one" | "title"> & {
  readonly operations: readonly Grown[];
};

export const growthOf = ({ name }: Pick<Measured, "name">, operation: string): Growth | undefined =>
  NAMED_GROWTH[name][operation];

/** One figure for what an operation takes and how long, and one for each line it may grow by. */
export function figuresOf(measured: Measured): Figure[] {
  const names = measured.operations.map(({ name }) => name);
  const unknown = Object.keys(NAMED_GROWTH[measured.name]).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`No such operation: ${unknown.join(", ")}.`);
  return measured.operations.flatMap((grown) => [
    {
      name: `${measured.name}: ${grown.name}`,
      value: [unitsText(grown), ...timesOf(grown).map((ratio) => `× ${ratio.toFixed(2)}`)].join(", "),
      bound: flatness(measured, grown),
    },
    ...linesOf(measured, grown),
  ]);
}

/** What is not named as growing is the same at every size, and so, where nothing is, is the time, more or less. */
function flatness(measured: Measured, grown: Grown): Bound {
  const flat = unnamed(measured, grown);
  const isFlat = takesTheSame(measured, grown);
  if (growthOf(measured, grown.name))
    return { text: `flat: ${flat.map((unit) => NAMES[unit]).join(", ")}`, holds: isFlat };
  const times = timesOf(grown);
  if (times.length === 0) return { text: "flat", holds: isFlat };
  return { text: `flat, × ≤ ${MOST_RATIO}`, holds: isFlat && Math.max(...times) <= MOST_RATIO };
}

/** Whether what is not named as growing is the same at every size. */
export function takesTheSame(measured: Pick<Measured, "name">, grown: Grown): boolean {
  const first = grown.at[0]?.taken;
  return grown.at.every(({ taken }) =>
    unnamed(measured, grown).every((unit) => taken[unit] === first?.[unit]),
  );
}

const unnamed = (measured: Pick<Measured, "name">, { name }: Grown): readonly (keyof Taken)[] =>
  UNITS.filter((unit) => growthOf(measured, name)?.[unit] === undefined);

/** What grows stays below the line that is named for it. */
export function linesOf(measured: Pick<Measured, "name" | "one">, grown: Grown): Figure[] {
  const growth = growthOf(measured, grown.name);
  return UNITS.flatMap((unit): Figure[] => {
    const line = growth?.[unit];
    if (line === undefined) return [];
    const holds = grown.at.every(({ size, taken }) => taken[unit] <= mostOf(line, size));
    const value = grown.at.map(({ taken }) => taken[unit]).join(" → ");
    return [{ name: `  its ${NAMES[unit]}`, value, bound: { text: textOf(line, measured.one), holds } }];
  });
}

/** Of the larger sizes; none of what was done once. */
const timesOf = ({ at }: Grown): readonly number[] => at.slice(1).flatMap(({ timeRatio }) => timeRatio ?? []);

const unitsText = ({ at }: Grown): string =>
  [...new Set(at.map(({ taken }) => takenText(taken)))].join(" → ");

export const takenText = ({ WRU, RRU }: Pick<Taken, "WRU" | "RRU">): string => `${WRU} W + ${RRU} R`;

const NAMES: Readonly<Record<keyof Taken, string>> = {
  WRU: "write units",
  RRU: "read units",
  calls: "calls",
  trips: "serial trips",
  pushes: "pushes",
};
const UNITS = Object.keys(NAMES) as (keyof Taken)[];
