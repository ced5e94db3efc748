import { costOfMessage } from "./group-message.ts";
import { dollarsAMillion } from "./prices.ts";

const SIZES = [2, 20, 100, 250, 1_000];
const SHARES_ONLINE = [0.1, 0.3, 1];
const DEVICES = 2;

const HEADINGS = [
  "members",
  "online",
  "pushes",
  "write units",
  "read units",
  "invocations",
  "requests to the queue",
  "a million messages",
];

/** What a message costs in a group by its size and by who is online, as a table in Markdown. */
function groupTable(): string {
  const rows = SIZES.flatMap((members) =>
    SHARES_ONLINE.map((share) => {
      // Whoever sends it is.
      const online = Math.max(1, Math.round(members * share));
      const cost = costOfMessage({ members, online, devices: DEVICES });
      return [
        members.toLocaleString("en"),
        `${share * 100} %: ${online.toLocaleString("en")}`,
        cost.pushes.toLocaleString("en"),
        String(cost.WRU),
        (Math.round(cost.RRU * 2) / 2).toLocaleString("en"),
        String(cost.invocations),
        String(cost.queueRequests),
        `$${dollars(dollarsAMillion(cost))}`,
      ];
    }),
  );
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => `${"-".repeat(width - 1)}:`).join(" | ")} |`;
  return [line(HEADINGS), rule, ...rows.map(line)].join("\n");
}

const dollars = (amount: number): string =>
  amount < 100 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en");

const BEGIN = "<!-- Written by `npm run docs:costs`. -->";
const END = "<!-- Until here. -->";

/** The page with the table as it is now. */
export function withGroupTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error("The page has no place for the table.");
  return `${before}${BEGIN}\n\n${groupTable()}\n\n${END}${after}`;
}
