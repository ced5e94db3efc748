import type { Mark, Row } from "./row.ts";
import { TABLE } from "./table.ts";

const MEANING: Record<Mark, string> = {
  documented: "the service's documentation says so",
  seen: "it shows in captured traffic of the service",
  ran: "it was tried with the real SDK or client library",
  belief: "not verified yet: to confirm on a deployment",
};

/** The table by its areas, in their order. */
export function byArea(): ReadonlyMap<string, readonly Row[]> {
  const areas = new Map<string, Row[]>();
  for (const row of TABLE) {
    const rows = areas.get(row.area);
    if (rows === undefined) areas.set(row.area, [row]);
    else rows.push(row);
  }
  return areas;
}

/** The text of `local/CONFORMANCE.md`. */
export function conformanceDocument(): string {
  const count = (mark: Mark): number => TABLE.filter((row) => row.mark === mark).length;
  const lines = [
    "# What the local cloud reproduces",
    "",
    "<!-- Generated from local/conformance by `npm run conformance:docs`. -->",
    "",
    "Every row has one test, run over real sockets, HTTP and the SDK: `npm run conformance` prints which rows hold.",
    "",
    "| mark | meaning | rows |",
    "| --- | --- | --- |",
    ...Object.entries(MEANING).map(([mark, meaning]) => `| ${mark} | ${meaning} | ${count(mark as Mark)} |`),
  ];
  for (const [area, rows] of byArea()) {
    lines.push("", `## ${area}`, "", "| row | behaviour | mark | source |", "| --- | --- | --- | --- |");
    for (const { id, behaviour, mark, source } of rows) {
      lines.push(`| \`${id}\` | ${behaviour.replaceAll("|", "\\|")} | ${mark} | ${source} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}
