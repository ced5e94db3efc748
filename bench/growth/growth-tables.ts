import { growthOf, takenText, type Measured } from "./judge-growth.ts";
import { textOf } from "./named-growth.ts";

/** The page with the tables of these measures: units only, for they are the same on every machine. */
export const withGrowthTables = (page: string, measured: readonly Measured[]): string =>
  measured.reduce((text, one) => withTable(text, one), page);

function withTable(page: string, measured: Measured): string {
  const begin = `<!-- ${measured.name}: written by \`npm run bench -- growth --draw 1\`. -->`;
  const end = `<!-- ${measured.name}: until here. -->`;
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`The page has no place for the table of ${measured.name}.`);
  return `${before}${begin}\n\n${tableOf(measured)}\n\n${end}${after}`;
}

function tableOf(measured: Measured): string {
  const { one, operations } = measured;
  const sizes = operations[0]?.at.map(({ size }) => size.toLocaleString("en")) ?? [];
  const rows = [
    ["", ...sizes, "read units, bound", "why"],
    ...operations.map(({ name, at }) => {
      const growth = growthOf(measured, name);
      const bound = growth?.RRU ? textOf(growth.RRU, one) : "flat";
      return [name, ...at.map(({ taken }) => takenText(taken)), bound, growth?.why ?? ""];
    }),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lineOf(rows[0] ?? []), rule, ...rows.slice(1).map(lineOf)].join("\n");
}
