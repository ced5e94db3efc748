import type { Grown } from "./measure-growth.ts";
import { growthOf, type Measured } from "./judge-growth.ts";

const WIDTH = 760;
/** On the right there is room for the names of what grows. */
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 232, 34, 38];
const PLOT_HEIGHT = 170;
const PANEL_HEIGHT = TOP + PLOT_HEIGHT + BOTTOM;
const HEAD = 48;
const LINE_HEIGHT = 15;

interface Series {
  readonly name: string;
  /** Of those that grow, which it is; null where it is flat. */
  readonly place: number | null;
  readonly points: readonly { readonly size: number; readonly value: number }[];
}

interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** What the lowest line of the plot stands for. */
  readonly lowest: number;
}

/** Units and median times by size, both axes by powers of ten; it follows the reader's light or dark. */
export function drawGrowth(measured: Measured): string {
  const { title, operations } = measured;
  const panels: readonly Panel[] = [
    {
      title: "read and write units",
      series: seriesOf(measured, ({ taken }) => taken.RRU + taken.WRU),
      lowest: 1,
    },
    {
      title: "median time, as a multiple of the smallest size's",
      series: seriesOf(measured, ({ timeRatio }) => timeRatio),
      lowest: 0.1,
    },
  ];
  const height = HEAD + panels.length * PANEL_HEIGHT;
  const flat = operations.filter(({ name }) => !growthOf(measured, name)).length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="What operations take by the number of ${title}">
<style>
  svg { background: #ffffff; font: 12px system-ui, sans-serif; }
  text { fill: #24292f; } .quiet { fill: #57606a; } .axis { stroke: #8c959f; } .grid { stroke: #d8dee4; }
  polyline { fill: none; stroke-width: 1.5; } .flat { stroke: #8c959f; } circle.flat { fill: #8c959f; }
${COLOURS.map(([light], index) => `  .line${index} { stroke: ${light}; } .name${index}, circle.line${index} { fill: ${light}; }`).join("\n")}
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; } text { fill: #e6edf3; } .quiet { fill: #9198a1; } .axis { stroke: #6e7681; } .grid { stroke: #2a313a; }
    .flat { stroke: #6e7681; } circle.flat { fill: #6e7681; }
${COLOURS.map(([, dark], index) => `    .line${index} { stroke: ${dark}; } .name${index}, circle.line${index} { fill: ${dark}; }`).join("\n")}
  }
</style>
<text x="${LEFT}" y="20" font-size="14" font-weight="600">What operations take by the number of ${title}</text>
<line class="flat" x1="${LEFT}" y1="34" x2="${LEFT + 18}" y2="34"/><text class="quiet" x="${LEFT + 24}" y="38">${flat} operations that take the same at every size</text>
${panels.map((panel, index) => panelAt(panel, HEAD + index * PANEL_HEIGHT)).join("\n")}
</svg>
`;
}

const COLOURS = [
  ["#0969da", "#58a6ff"],
  ["#bc4c00", "#f0883e"],
  ["#8250df", "#bc8cff"],
  ["#1a7f37", "#3fb950"],
  ["#bf3989", "#f778ba"],
] as const;

function seriesOf(
  measured: Measured,
  valueOf: (at: Grown["at"][number]) => number | null,
): readonly Series[] {
  const growing = measured.operations.map(({ name }) => name).filter((name) => growthOf(measured, name));
  return measured.operations.flatMap(({ name, at }): Series[] => {
    const points = at.flatMap((one) => {
      const value = valueOf(one);
      return value === null ? [] : [{ size: one.size, value }];
    });
    return points.length === 0
      ? []
      : [{ name, place: growthOf(measured, name) ? growing.indexOf(name) : null, points }];
  });
}

function panelAt({ title, series, lowest }: Panel, y: number): string {
  const points = series.flatMap((one) => one.points);
  const sizes = [...new Set(points.map(({ size }) => size))];
  const [firstX, lastX] = [Math.log10(Math.min(...sizes)), Math.log10(Math.max(...sizes))];
  const firstY = Math.log10(lowest);
  const lastY = Math.max(firstY + 2, Math.ceil(Math.log10(Math.max(...points.map(({ value }) => value)))));
  const bottom = y + TOP + PLOT_HEIGHT;
  const right = WIDTH - RIGHT;
  const xOf = (size: number): number =>
    round(LEFT + ((Math.log10(size) - firstX) / Math.max(1, lastX - firstX)) * (right - LEFT));
  const yOf = (value: number): number =>
    round(bottom - ((Math.log10(Math.max(lowest, value)) - firstY) / (lastY - firstY)) * PLOT_HEIGHT);
  const powers = Array.from({ length: lastY - firstY + 1 }, (_, index) => 10 ** (firstY + index));
  const line = (kind: string, { points }: Series): string => {
    const places = points.map(({ size, value }) => `${xOf(size)},${yOf(value)}`);
    const dots = places.map((place) => {
      const [cx, cy] = place.split(",");
      return `<circle class="${kind}" cx="${cx}" cy="${cy}" r="2.5"/>`;
    });
    return `<polyline class="${kind}" points="${places.join(" ")}"/>${dots.join("")}`;
  };
  const named = series.flatMap((one) =>
    one.place === null
      ? []
      : [{ one, colour: one.place % COLOURS.length, at: yOf(one.points.at(-1)!.value) + 4 }],
  );
  return [
    `<text x="${LEFT}" y="${y + 22}" font-weight="600">${title}</text>`,
    ...powers.flatMap((power) => [
      `<line class="${power === lowest ? "axis" : "grid"}" x1="${LEFT}" y1="${yOf(power)}" x2="${right}" y2="${yOf(power)}"/>`,
      `<text class="quiet" x="${LEFT - 6}" y="${yOf(power) + 4}" text-anchor="end">${numberText(power)}</text>`,
    ]),
    ...sizes.map(
      (size) =>
        `<text class="quiet" x="${xOf(size)}" y="${bottom + 18}" text-anchor="middle">${numberText(size)}</text>`,
    ),
    ...series.filter(({ place }) => place === null).map((one) => line("flat", one)),
    ...named.map(({ one, colour }) => line(`line${colour}`, one)),
    ...apart(named).map(
      ({ one, colour, at }) =>
        `<text class="name${colour}" x="${right + 10}" y="${at}">${one.name.replace("'", "’")}</text>`,
    ),
  ].join("\n");
}

/** Moves names down where they would lie over each other. */
function apart<T extends { readonly at: number }>(names: readonly T[]): readonly T[] {
  let free = -Infinity;
  return names
    .toSorted((one, other) => one.at - other.at)
    .map((name) => {
      const at = Math.max(name.at, free);
      free = at + LINE_HEIGHT;
      return { ...name, at };
    });
}

const numberText = (value: number): string => (value < 1 ? String(value) : value.toLocaleString("en"));
const round = (value: number): number => Math.round(value * 10) / 10;
