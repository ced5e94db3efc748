import type { CostLine } from "./cost-line.ts";

const BEGIN = "<!-- Written by `npm run docs:cost`. -->";
const END = "<!-- End of the operations. -->";

const HEADINGS = [
  "",
  "database calls",
  "trips",
  "WRU",
  "RRU",
  "gateway messages",
  "HTTP requests",
  "invocations",
  "queue requests",
  "bytes logged",
  "a million",
  "floor",
];

export interface Section {
  readonly title: string;
  readonly lines: readonly CostLine[];
}

/** The operations of the pair, and of each size of group, without its name on each of them. */
export function sectionsOf(lines: readonly CostLine[]): readonly Section[] {
  const sections = new Map<string, CostLine[]>();
  for (const line of lines) {
    const [, operation = line.operation, title = "a pair, two devices each"] =
      /^(.*), (group of [\d,]+)$/.exec(line.operation) ?? [];
    sections.set(title, [...(sections.get(title) ?? []), { ...line, operation }]);
  }
  return [...sections].map(([title, of]) => ({ title, lines: of }));
}

/** The page with the operations as the ledger has them. */
export function withLedger(page: string, lines: readonly CostLine[]): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error("The page has no place for the operations.");
  const sections = sectionsOf(lines).map(({ title, lines: of }) => `**${capital(title)}**\n\n${table(of)}`);
  return `${page.slice(0, from)}${BEGIN}\n\n${sections.join("\n\n")}\n\n${page.slice(to)}`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** In Markdown, as prettier leaves it. */
function table(lines: readonly CostLine[]): string {
  const rows = [HEADINGS, ...lines.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [lineOf(HEADINGS), `| ${rule.join(" | ")} |`, ...lines.map((line) => lineOf(cellsOf(line)))].join(
    "\n",
  );
}

function cellsOf(line: CostLine): readonly string[] {
  const counts = [
    line.databaseCalls,
    line.roundTrips,
    line.WRU,
    line.RRU,
    line.gatewayMessages,
    line.httpRequests,
    line.invocations,
    line.queueRequests,
    line.loggedBytes,
  ];
  return [
    `\`${line.operation.replace(/,.*$/, "")}\`${/,.*$/.exec(line.operation)?.[0] ?? ""}`,
    ...counts.map((count) => count.toLocaleString("en")),
    `$${line.dollars.toLocaleString("en", { minimumFractionDigits: 2 })}`,
    `$${line.floorDollars.toLocaleString("en", { minimumFractionDigits: 2 })}`,
  ];
}
