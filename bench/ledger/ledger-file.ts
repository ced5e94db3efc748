import { readFileSync, writeFileSync } from "node:fs";
import { PRICES } from "../costs/prices.ts";
import type { CostLine } from "./cost-line.ts";

const FILE = new URL("../costs/ledger.json", import.meta.url);

/** The ledger as it is kept: what CI compares with, and what the page and the picture show. */
export const readLedger = (): readonly CostLine[] => JSON.parse(readFileSync(FILE, "utf8")) as CostLine[];

export const writeLedger = (lines: readonly CostLine[]): void =>
  writeFileSync(FILE, `${JSON.stringify(lines, null, 2)}\n`);

const COMPARED = [
  "databaseCalls",
  "roundTrips",
  "WRU",
  "RRU",
  "gatewayMessages",
  "httpRequests",
  "invocations",
  "queueRequests",
  "loggedBytes",
  "dollars",
] as const;

/** What of an operation is more than the ledger says, in words; nothing where nothing is. */
export function risesOf(line: CostLine, ledger: readonly CostLine[]): readonly string[] {
  const kept = ledger.find(({ operation }) => operation === line.operation);
  if (kept === undefined) return [`${line.operation} is not in the ledger: npm run docs:cost`];
  const drawn = drawnUnits(kept);
  const slack: Partial<Record<(typeof COMPARED)[number], number>> = {
    RRU: drawn,
    dollars: drawn * PRICES.readUnit,
  };
  return COMPARED.filter((column) => line[column] > kept[column] + (slack[column] ?? 0)).map(
    (column) => `${line.operation}: ${column} rose from ${kept[column]} to ${line[column]}`,
  );
}

/** Each job of the worker's reads half a unit more or less by whether the one who did it is among those it tells: that is drawn. */
const drawnUnits = ({ worker }: CostLine): number => (worker.RRU > 100 ? worker.invocations / 2 : 0);
