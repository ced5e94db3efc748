import { dollarsOf, SERVICES, type Bill } from "./aws-bill.ts";
import { dollarsShown, quoteShown } from "./report.ts";
import type { Quote } from "./services/listed.ts";

export interface BillPanel {
  readonly title: string;
  readonly bill: Bill;
  readonly quotes: ReadonlyMap<string, Quote>;
}

const WIDTH = 760;
const [LEFT, RIGHT] = [88, 150];
const [BAR, STEP] = [16, 24];
const [HEAD, TOP, BOTTOM] = [78, 30, 14];
const PLOT = WIDTH - LEFT - RIGHT;
const LEGEND_COLUMNS = 4;

/** Readable on both grounds; each beside another of a different lightness. */
const COLORS: Readonly<Record<(typeof SERVICES)[number], readonly [light: string, dark: string]>> = {
  "API Gateway": ["#0969da", "#58a6ff"],
  Lambda: ["#bc4c00", "#f0883e"],
  DynamoDB: ["#6639ba", "#bc8cff"],
  SQS: ["#bf3989", "#f778ba"],
  CloudWatch: ["#1a7f37", "#3fb950"],
  "Data transfer": ["#57606a", "#9198a1"],
  Cognito: ["#cf222e", "#ff7b72"],
  CloudFront: ["#9a6700", "#d29922"],
};

/** An SVG with a panel for each scenario, each on a scale of its own; it follows the reader's light or dark. */
export function drawBills(panels: readonly BillPanel[]): string {
  const shown = SERVICES.filter((service) => panels.some(({ bill }) => dollarsOf(bill, service) > 0));
  const heights = panels.map(({ quotes }) => TOP + (1 + quotes.size) * STEP + BOTTOM);
  const height = HEAD + heights.reduce((sum, each) => sum + each, 0);
  const tops = heights.map((_, index) => HEAD + heights.slice(0, index).reduce((sum, each) => sum + each, 0));
  const title = "Dollars a month, at list prices";
  const style = (dark: 0 | 1): string =>
    shown.map((service) => `.${classOf(service)} { fill: ${COLORS[service][dark]}; }`).join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}">
<style>
  svg { background: #ffffff; font: 12px system-ui, sans-serif; }
  text { fill: #24292f; } .quiet { fill: #57606a; } .axis { stroke: #8c959f; } .other { fill: #b6bec8; }
  ${style(0)}
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; } text { fill: #e6edf3; } .quiet { fill: #9198a1; } .axis { stroke: #6e7681; } .other { fill: #484f58; }
    ${style(1)}
  }
</style>
<text x="16" y="22" font-size="14" font-weight="600">${title}</text>
${shown.map((service, index) => legendAt(service, index)).join("\n")}
${panels.map((panel, index) => panelAt(panel, tops[index] ?? 0)).join("\n")}
</svg>
`;
}

function legendAt(service: (typeof SERVICES)[number], index: number): string {
  const x = 16 + (index % LEGEND_COLUMNS) * 130;
  const y = 34 + Math.floor(index / LEGEND_COLUMNS) * 18;
  return `<rect class="${classOf(service)}" x="${x}" y="${y}" width="10" height="10"/><text class="quiet" x="${x + 15}" y="${y + 9}">${service}</text>`;
}

function panelAt({ title, bill, quotes }: BillPanel, top: number): string {
  const most = Math.max(bill.dollars, ...[...quotes.values()].map(amountOf));
  const scale = most === 0 ? 0 : PLOT / most;
  const rowY = (row: number): number => top + TOP + row * STEP;
  const label = (row: number, name: string): string =>
    `<text x="${LEFT - 8}" y="${rowY(row) + 12}" text-anchor="end">${name}</text>`;
  const amount = (row: number, dollars: number, text: string, quiet = false): string =>
    `<text${quiet ? ' class="quiet"' : ""} x="${round(LEFT + dollars * scale + 6)}" y="${rowY(row) + 12}">${text}</text>`;
  const bar = (row: number, kind: string, from: number, dollars: number): string =>
    `<rect class="${kind}" x="${round(LEFT + from * scale)}" y="${rowY(row)}" width="${round(dollars * scale)}" height="${BAR}"/>`;
  let from = 0;
  const parts = SERVICES.map((service) => {
    const dollars = dollarsOf(bill, service);
    from += dollars;
    return dollars * scale < 0.05 ? "" : bar(0, classOf(service), from - dollars, dollars);
  });
  const others = [...quotes].flatMap(([name, quote], index) => {
    const dollars = amountOf(quote);
    const text = quote.kind === "by arrangement" ? "by arrangement" : quoteShown(quote);
    const drawn = dollars > 0 ? [bar(index + 1, "other", 0, dollars)] : [];
    return [
      label(index + 1, name),
      ...drawn,
      amount(index + 1, dollars, text, quote.kind === "by arrangement"),
    ];
  });
  return [
    `<text x="16" y="${top + 18}" font-weight="600">${title}</text>`,
    label(0, "Parley"),
    ...parts.filter((part) => part !== ""),
    amount(0, bill.dollars, dollarsShown(bill.dollars)),
    ...others,
    `<line class="axis" x1="${LEFT}" y1="${rowY(0) - 4}" x2="${LEFT}" y2="${rowY(quotes.size) + BAR + 4}"/>`,
  ].join("\n");
}

const amountOf = (quote: Quote): number => (quote.kind === "by arrangement" ? 0 : quote.dollars);
const classOf = (service: string): string => service.toLowerCase().replace(" ", "-");
const round = (value: number): number => Math.round(value * 10) / 10;
