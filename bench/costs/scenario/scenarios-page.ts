import { billOf, dollarsOf } from "./aws-bill.ts";
import { drawBills } from "./draw-bills.ts";
import { peaksOf } from "./peaks.ts";
import { countShown, dollarsShown, quoteShown, servicesIn, shareShown } from "./report.ts";
import { quotesFor, SERVICE_LISTS } from "./services/quotes.ts";
import { SCENARIOS } from "./three-scenarios.ts";

const BEGIN = "<!-- Written by `npm run docs:scenarios`. -->";
const END = "<!-- End of the scenarios. -->";

const BILLED = SCENARIOS.map((named) => {
  const bill = billOf(named.scenario);
  const quotes = quotesFor(named.scenario, bill.usage);
  return { ...named, bill, quotes, peaks: peaksOf(named.scenario, bill.usage) };
});
/** In a quiet month nothing is at a peak, and nobody else is asked. */
const BUSY = BILLED.filter(({ scenario }) => scenario.users > 0);

/** The page with the scenarios as they are now. */
export function withScenarios(page: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error("The page has no place for the scenarios.");
  return `${page.slice(0, from)}${BEGIN}\n\n${section()}\n\n${page.slice(to)}`;
}

export const scenariosPicture = (): string =>
  drawBills(BUSY.map(({ name, bill, quotes }) => ({ title: name, bill, quotes })));

function section(): string {
  const bills = BILLED.map(({ bill }) => bill);
  const bill = table(
    ["dollars a month", ...BILLED.map(({ name }) => name)],
    [
      ...servicesIn(bills).map((service) => [
        service,
        ...bills.map((each) => dollarsShown(dollarsOf(each, service))),
      ]),
      ["**all**", ...bills.map(({ dollars }) => `**${dollarsShown(dollars)}**`)],
      ["… but Cognito", ...bills.map((each) => dollarsShown(each.dollars - dollarsOf(each, "Cognito")))],
    ],
  );
  const quotes = table(
    ["listed by", ...BUSY.map(({ name }) => name)],
    SERVICE_LISTS.map(({ name }) => [
      name,
      ...BUSY.map((each) => {
        const quote = each.quotes.get(name);
        return quote === undefined
          ? ""
          : `${quoteShown(quote)} (${quote.plan})`.replace("– (by arrangement)", "by arrangement");
      }),
    ]),
  );
  const peaks = table(
    ["in the busiest hour", ...BUSY.map(({ name }) => name)],
    (BUSY[0]?.peaks ?? []).map(({ name, quota, unit }, row) => [
      `${name}, of ${countShown(quota)} ${unit}`.trimEnd(),
      ...BUSY.map((each) => {
        const { value = 0 } = each.peaks[row] ?? {};
        return `${countShown(value)} (${shareShown(value / quota)})`;
      }),
    ]),
  );
  const commands = BILLED.map(({ name, options }) => `- ${name}: \`npm run cost -- ${options}\``).join("\n");
  return [
    bill,
    quotes,
    notes(),
    peaks,
    "As commands:",
    commands,
    "The services' figures stand here:",
    sources(),
  ].join("\n\n");
}

/** What a quote leaves open, once for each service. */
function notes(): string {
  const lines = SERVICE_LISTS.map(({ name }) => {
    const found = new Set(BUSY.flatMap((each) => [...(each.quotes.get(name)?.notes ?? [])]));
    return { name, text: [...found].join("; ") };
  });
  return lines
    .filter(({ text }) => text !== "")
    .map(({ name, text }) => `- ${name}: ${text}`)
    .join("\n");
}

function sources(): string {
  const rows = SERVICE_LISTS.flatMap(({ name, figures }) => {
    const pages = [...new Set(figures.map(({ source }) => source))];
    return pages.map((source) => [
      name,
      `<${source.address}>`,
      source.seen,
      source.read === "page" ? "the page" : "a copy of its figures",
      String(figures.filter((figure) => figure.source === source).length),
    ]);
  });
  return table(["service", "where", "seen", "what was read", "figures"], rows, 4);
}

/** In Markdown, as prettier leaves it; the columns from `numbersFrom` on are numbers, to the right. */
function table(headings: readonly string[], rows: readonly (readonly string[])[], numbersFrom = 1): string {
  const widths = headings.map((heading, column) =>
    Math.max(3, heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column < numbersFrom ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(headings), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}
