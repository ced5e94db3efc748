import { SERVICES, billOf, dollarsOf, type Bill } from "./aws-bill.ts";
import { connectionsAtPeak, peaksOf, secondsToReturn } from "./peaks.ts";
import type { Scenario } from "./scenario.ts";
import type { Quote } from "./services/listed.ts";
import { quotesFor } from "./services/quotes.ts";

/** The bill, the peaks and what others list, as lines for a terminal. */
export function reportOf(scenario: Scenario): string {
  const bill = billOf(scenario);
  const quotes = [...quotesFor(scenario, bill.usage)];
  const others = quotes.map(([name, quote]) => [
    name,
    quoteShown(quote),
    [quote.plan, ...quote.notes].join("; "),
  ]);
  return [
    "A month on AWS, list prices of us-east-1",
    columns([...billRows(bill), ["all", "", "", dollarsShown(bill.dollars)]], 2),
    "",
    "The busiest hour",
    columns(peakRows(scenario, bill), 1),
    `  ${countShown(connectionsAtPeak(scenario))} connections at the peak: if all are lost at once, they are back after ${countShown(secondsToReturn(scenario))} s at the earliest`,
    "",
    "What others list for it (bench/costs/scenario/services says where each figure stands)",
    columns(others, 1),
  ].join("\n");
}

const billRows = (bill: Bill): string[][] =>
  SERVICES.flatMap((service) =>
    bill.lines
      .filter((line) => line.service === service && line.quantity > 0)
      .map(({ item, quantity, dollars }, index) => [
        index === 0 ? service : "",
        item,
        countShown(quantity),
        dollarsShown(dollars),
      ]),
  );

const peakRows = (scenario: Scenario, bill: Bill): string[][] =>
  peaksOf(scenario, bill.usage).map(({ name, value, quota, unit }) => [
    name,
    `${countShown(value)} of ${countShown(quota)} ${unit}`.trimEnd(),
    shareShown(value / quota),
  ]);

/** Services that cost something in one of the bills. */
export const servicesIn = (bills: readonly Bill[]): readonly (typeof SERVICES)[number][] =>
  SERVICES.filter((service) => bills.some((bill) => dollarsOf(bill, service) > 0));

export function quoteShown(quote: Quote): string {
  if (quote.kind === "by arrangement") return "–";
  return quote.kind === "at least" ? `≥ ${dollarsShown(quote.dollars)}` : dollarsShown(quote.dollars);
}

export function dollarsShown(dollars: number): string {
  if (dollars === 0) return "$0";
  return dollars < 100 ? `$${dollars.toFixed(2)}` : `$${Math.round(dollars).toLocaleString("en")}`;
}

export function countShown(count: number): string {
  if (count !== 0 && count < 10) return String(Number(count.toPrecision(2)));
  return Math.round(count).toLocaleString("en");
}

export const shareShown = (share: number): string =>
  share > 0 && share < 0.001 ? "< 0.1 %" : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** Rows in columns, those behind the first `left` to the right; the last one as it is where it is text. */
function columns(rows: readonly (readonly string[])[], left: number): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      `  ${row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          const isText = column < left || /[a-z]{4}/.test(rows[0]?.[column] ?? "");
          return isText ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")}`.trimEnd(),
    )
    .join("\n");
}
