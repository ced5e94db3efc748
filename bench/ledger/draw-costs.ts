import { dollarsByService, SERVICES, type CostLine, type Service } from "./cost-line.ts";
import { sectionsOf, type Section } from "./ledger-page.ts";

const WIDTH = 900;
const [LEFT, RIGHT] = [400, 80];
const [BAR, STEP] = [10, 17];
const [HEAD, TOP, BOTTOM] = [64, 30, 18];
const PLOT = WIDTH - LEFT - RIGHT;

/** As in the picture of whole months. */
const COLORS: Readonly<Record<Service, readonly [light: string, dark: string]>> = {
  "API Gateway": ["#0969da", "#58a6ff"],
  Lambda: ["#bc4c00", "#f0883e"],
  DynamoDB: ["#6639ba", "#bc8cff"],
  SQS: ["#bf3989", "#f778ba"],
  CloudWatch: ["#1a7f37", "#3fb950"],
};

/** An SVG with a panel for the pair and for each size of group, each on a scale of its own. */
export function drawCosts(lines: readonly CostLine[]): string {
  const sections = sectionsOf(lines);
  const heights = sections.map((section) => TOP + section.lines.length * STEP + BOTTOM);
  const height = HEAD + heights.reduce((sum, each) => sum + each, 0);
  const tops = heights.map((_, index) => HEAD + heights.slice(0, index).reduce((sum, each) => sum + each, 0));
  const title = "Dollars for a million of each, at list prices";
  const style = (dark: 0 | 1): string =>
    SERVICES.map((service) => `.${classOf(service)} { fill: ${COLORS[service][dark]}; }`).join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}">
<style>
  svg { background: #ffffff; font: 11px system-ui, sans-serif; }
  text { fill: #24292f; } .quiet { fill: #57606a; } .floor { stroke: #24292f; stroke-width: 2; }
  ${style(0)}
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; } text { fill: #e6edf3; } .quiet { fill: #9198a1; } .floor { stroke: #e6edf3; }
    ${style(1)}
  }
</style>
<text x="16" y="22" font-size="14" font-weight="600">${title}</text>
${legend()}
${sections.map((section, index) => panelAt(section, tops[index] ?? 0)).join("\n")}
</svg>
`;
}

const legend = (): string =>
  [
    ...SERVICES.map(
      (service, index) =>
        `<rect class="${classOf(service)}" x="${16 + index * 105}" y="36" width="10" height="10"/><text class="quiet" x="${31 + index * 105}" y="45">${service}</text>`,
    ),
    `<line class="floor" x1="546" y1="34" x2="546" y2="48"/><text class="quiet" x="554" y="45">floor: its own write or read, one invocation, deliveries</text>`,
  ].join("\n");

function panelAt({ title, lines }: Section, top: number): string {
  const scale = PLOT / Math.max(...lines.map(({ dollars }) => dollars));
  const rows = lines.map((line, row) => {
    const y = top + TOP + row * STEP;
    const byService = dollarsByService(line);
    let from = 0;
    const bars = SERVICES.flatMap((service) => {
      const begin = from;
      from += byService[service];
      if (byService[service] * scale < 0.05) return [];
      return [
        `<rect class="${classOf(service)}" x="${round(LEFT + begin * scale)}" y="${y}" width="${round(byService[service] * scale)}" height="${BAR}"/>`,
      ];
    });
    const floor = round(LEFT + line.floorDollars * scale);
    return [
      `<text x="${LEFT - 8}" y="${y + 9}" text-anchor="end">${labelOf(line.operation)}</text>`,
      ...bars,
      `<line class="floor" x1="${floor}" y1="${y - 2}" x2="${floor}" y2="${y + BAR + 2}"/>`,
      `<text x="${round(LEFT + Math.max(line.dollars, line.floorDollars) * scale + 6)}" y="${y + 9}">$${line.dollars.toLocaleString("en", { minimumFractionDigits: 2 })}</text>`,
    ].join("\n");
  });
  return [`<text x="16" y="${top + 16}" font-weight="600">${title}</text>`, ...rows].join("\n");
}

const labelOf = (operation: string): string =>
  operation.replace("/api/", "").replace("{conversationId}", "…").replace("{seq}", "…");

const classOf = (service: string): string => service.toLowerCase().replace(" ", "-");
const round = (value: number): number => Math.round(value * 10) / 10;
