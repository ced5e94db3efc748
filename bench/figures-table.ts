import type { Figure } from "./benchmark.ts";

/** One line a figure: name, value with its unit, and its bound if it has one. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit = "", bound }) => [
    name,
    `${typeof value === "number" ? rounded(value) : value} ${unit}`.trimEnd(),
    bound === undefined ? "" : `${bound.text} ${bound.holds ? "holds" : "MISSED"}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([name = "", value = "", bound = ""]) =>
      `  ${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${bound}`.trimEnd(),
    )
    .join("\n");
}

/** Three significant digits, whole numbers from 100 on. */
function rounded(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
