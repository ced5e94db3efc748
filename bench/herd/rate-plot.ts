export interface RatePanel {
  readonly title: string;
  /** Connections that the server took, by second. */
  readonly connects: readonly number[];
  /** All that were tried, by second. */
  readonly tries: readonly number[];
}

const WIDTH = 760;
const [LEFT, RIGHT, TOP, BOTTOM] = [48, 16, 34, 34];
const PLOT_HEIGHT = 130;
const PANEL_HEIGHT = TOP + PLOT_HEIGHT + BOTTOM;
const HEAD = 44;
/** Room above the limit, so that its line is seen to be kept. */
const HIGHEST = 1.2;

/** An SVG with a panel for each, one below the other; it follows the reader's light or dark. */
export function drawRates(panels: readonly RatePanel[], clients: number, limit: number): string {
  const height = HEAD + panels.length * PANEL_HEIGHT;
  const title = `${clients} clients lose their server at 0 s`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}: connections a second">
<style>
  svg { background: #ffffff; font: 12px system-ui, sans-serif; }
  text { fill: #24292f; } .quiet { fill: #57606a; }
  .axis { stroke: #8c959f; } .limit { stroke: #cf222e; stroke-dasharray: 5 4; } .over { fill: #cf222e; }
  .connects { fill: #0969da; } .refused { fill: #b6bec8; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; } text { fill: #e6edf3; } .quiet { fill: #9198a1; }
    .axis { stroke: #6e7681; } .limit { stroke: #ff7b72; } .over { fill: #ff7b72; }
    .connects { fill: #58a6ff; } .refused { fill: #484f58; }
  }
</style>
<text x="${LEFT}" y="20" font-size="14" font-weight="600">${title}</text>
<rect class="connects" x="${LEFT}" y="29" width="10" height="10"/><text class="quiet" x="${LEFT + 15}" y="38">connections a second</text>
<rect class="refused" x="${LEFT + 150}" y="29" width="10" height="10"/><text class="quiet" x="${LEFT + 165}" y="38">further tries to connect</text>
${panels.map((panel, index) => panelAt(panel, HEAD + index * PANEL_HEIGHT, limit)).join("\n")}
</svg>
`;
}

function panelAt({ title, connects, tries }: RatePanel, y: number, limit: number): string {
  const seconds = Math.max(10, connects.length, tries.length);
  const bottom = y + TOP + PLOT_HEIGHT;
  const plotWidth = WIDTH - LEFT - RIGHT;
  const heightOf = (count: number): number => (count / (limit * HIGHEST)) * PLOT_HEIGHT;
  const xOf = (second: number): number => LEFT + (second / seconds) * plotWidth;
  const bar = (kind: string, second: number, count: number, base: number): string =>
    count === 0
      ? ""
      : `<rect class="${kind}" x="${round(xOf(second))}" y="${round(bottom - heightOf(base + count))}" width="${round(plotWidth / seconds - 0.6)}" height="${round(heightOf(count))}"/>`;
  const bars = Array.from({ length: seconds }, (_, second) => {
    const taken = connects[second] ?? 0;
    // A try and its connection may fall into two seconds.
    const refused = Math.max(0, (tries[second] ?? 0) - taken);
    return bar("connects", second, taken, 0) + bar("refused", second, refused, taken);
  });
  const step = [1, 2, 5, 10, 20, 30].find((candidate) => seconds / candidate <= 15) ?? 60;
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const limitAt = round(bottom - heightOf(limit));
  return [
    `<text x="${LEFT}" y="${y + 22}">${title}</text>`,
    ...bars.filter((text) => text !== ""),
    `<line class="axis" x1="${LEFT}" y1="${bottom}" x2="${WIDTH - RIGHT}" y2="${bottom}"/>`,
    `<line class="limit" x1="${LEFT}" y1="${limitAt}" x2="${WIDTH - RIGHT}" y2="${limitAt}"/>`,
    `<text class="over" x="${LEFT - 6}" y="${limitAt + 4}" text-anchor="end">${limit}</text>`,
    `<text class="quiet" x="${LEFT - 6}" y="${bottom}" text-anchor="end">0</text>`,
    ...marks.map(
      (second) =>
        `<text class="quiet" x="${round(xOf(second))}" y="${bottom + 16}" text-anchor="middle">${second} s</text>`,
    ),
  ].join("\n");
}

const round = (value: number): number => Math.round(value * 10) / 10;
