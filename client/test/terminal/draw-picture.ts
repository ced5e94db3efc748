import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startParley } from "../../../test/support/start-parley.ts";
import { tokenFor } from "../../../test/support/person.ts";
import { COMMAND, KEYS, runInTerminal } from "./pseudo-terminal.ts";
import type { PseudoTerminal, Span } from "./pseudo-terminal.ts";

// npm run docs:terminal: a session on a real terminal, drawn as docs/images/terminal.svg.

const PICTURE = join(import.meta.dirname, "../../../docs/images/terminal.svg");
const SIZE = { columns: 82, rows: 19 };
const CELL = { width: 8.43, height: 19 };
const MARGIN = 18;
const COLOURS = ["#000", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#fff"] as const;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(" ", "\u00a0");

function draw(terminal: PseudoTerminal): string {
  const { row, column } = terminal.cursor();
  const at = (columns: number): string => (MARGIN + columns * CELL.width).toFixed(1);
  const baseline = (index: number): string => (MARGIN + (index + 0.78) * CELL.height).toFixed(1);
  const span = ({ column: from, text, colour, isDim }: Span, index: number): string => {
    const fill = colour === null ? "" : ` fill="${COLOURS[colour % COLOURS.length]}"`;
    const dim = isDim ? ` opacity=".6"` : "";
    return `<text x="${at(from)}" y="${baseline(index)}"${fill}${dim}>${escaped(text.trimEnd())}</text>`;
  };
  const rows = terminal.rows();
  const width = MARGIN * 2 + SIZE.columns * CELL.width;
  const height = MARGIN * 2 + rows.length * CELL.height;
  const top = MARGIN + rows.lastIndexOf(row) * CELL.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height}" viewBox="0 0 ${width.toFixed(0)} ${height}" font-size="14" fill="#e6edf3"`,
    ` font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace">`,
    `<title>Two people chatting in Parley's terminal client</title>`,
    `<rect width="100%" height="100%" rx="10" fill="#0d1117"/>`,
    ...rows.flatMap((_, index) => terminal.spans(index).map((one) => span(one, index))),
    `<rect x="${at(column)}" y="${top}" width="${CELL.width}" height="${CELL.height}" opacity=".7"/>`,
    "</svg>\n",
  ].join("\n");
}

const cloud = await startParley();
const where = ["--http-url", cloud.httpUrl, "--ws-url", cloud.wsUrl, "--no-data"];
const names = { alice: "Alice", bob: "Bob", carol: "Carol" };
for (const [userId, displayName] of Object.entries(names)) {
  const authorization = `Bearer ${await tokenFor(cloud, { userId, displayName })}`;
  await fetch(`${cloud.httpUrl}/api/conversations`, { headers: { authorization } });
}
const chat = (as: string, other: string): PseudoTerminal =>
  runInTerminal([...COMMAND, ...where, "--as", as, "--with", other], SIZE);
const [alice, bob, carol] = [chat("alice", "bob"), chat("bob", "alice"), chat("carol", "alice")];
const say = async (who: PseudoTerminal, text: string): Promise<void> => {
  who.type(`${text}${KEYS.enter}`);
  await who.shows(`${text.slice(-12)} ✓`);
  await alice.shows(text.slice(-12));
};
try {
  await Promise.all([
    alice.shows("Bob ● online"),
    bob.shows("Alice ● online"),
    carol.shows("Alice ● online"),
  ]);
  await say(bob, "Morning! Did the migration finish?");
  await say(alice, "It did, at four. Two hundred million rows, none lost.");
  await say(bob, "And the train is as slow as ever, so I shall be in a tunnel soon.");
  await say(alice, "No matter: what you write there is kept, and goes out later.");
  carol.type(`Lunch at one?${KEYS.enter}`);
  await alice.shows("Carol writes elsewhere: Lunch at one?");
  await alice.shows("carol: 1 new");
  await say(bob, "Then I'll write the release notes in there.");
  await say(alice, "See you at eleven!");
  await alice.shows("✓✓ read");
  bob.type("I'll be");
  await alice.shows("Bob is typing…");
  alice.type("and bring the cake");
  await alice.shows("> and bring the cake");
  writeFileSync(PICTURE, draw(alice));
} finally {
  await Promise.all([alice, bob, carol].map((one) => one.stop()));
  await cloud.stop();
}
