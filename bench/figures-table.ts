import type { Figure } from "./benchmark.ts";

/** One line a figure: name, what it was before if any has that, value with its unit, and its bound if it has one. */
export function tableOf(figures: readonly Figure[]): string {
  const compares = figures.some(({ before }) => before !== undefined);
  const rows = figures.map(({ name, before = "", value, unit = "", bound }) => [
    name,
    ...(compares ? [before] : []),
    `${typeof value === "number" ? rounded(value) : value} ${unit}`.trimEnd(),
    bound === undefined ? "" : `${bound.text} ${bound.holds ? "holds" : "MISSED"}`,
  ]);
  const all = compares ? [["attempt", "before", "after", ""], ...rows] : rows;
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      `  ${row
        .map((cell, column) => {
          const width = column === row.length - 1 ? 0 : (widths[column] ?? 0);
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")}`.trimEnd(),
    )
    .join("\n");
}

/** Three significant digits, whole numbers from 100 on. */
function rounded(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
