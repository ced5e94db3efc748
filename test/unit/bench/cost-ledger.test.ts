import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { drawCosts } from "../../../bench/ledger/draw-costs.ts";
import { goalFigures } from "../../../bench/ledger/goals.ts";
import { readLedger, risesOf } from "../../../bench/ledger/ledger-file.ts";
import { withLedger } from "../../../bench/ledger/ledger-page.ts";
import { measureLedger, type Entry } from "../../../bench/ledger/measure-ledger.ts";
import { ACTIONS, HTTP_ROUTES, PING } from "../../../lambdas/protocol/routes.ts";

/** `npm run docs:cost` writes the ledger, the page and the picture; here is what holds them to what is charged. */

const ledger = readLedger();
let entries: readonly Entry[];
beforeAll(async () => {
  entries = await measureLedger(undefined, (line) => risesOf(line, ledger).length > 0);
});

const read = (path: string): string =>
  readFileSync(new URL(`../../../docs/${path}`, import.meta.url), "utf8");

it("no figure of any operation is above the ledger's", () => {
  expect(entries.flatMap(({ line }) => risesOf(line, ledger))).toEqual([]);
  expect(ledger.map(({ operation }) => operation)).toEqual(entries.map(({ line }) => line.operation));
});

it("the engine charges what the rules say", () => {
  expect(entries.flatMap(({ differences }) => differences)).toEqual([]);
});

it("what is promised of operations holds", () => {
  expect(goalFigures(entries).filter(({ bound }) => bound?.holds === false)).toEqual([]);
});

it("whatever can be asked has its line", () => {
  const of = new Set(entries.map((entry) => entry.of.of));
  const all = [...ACTIONS, ...HTTP_ROUTES, PING, "$connect", "$disconnect"] as const;
  expect(all.filter((one) => !of.has(one))).toEqual([]);
});

it("docs/cost.md and its picture are what the ledger says; otherwise run `npm run docs:cost`", () => {
  const page = read("cost.md");
  expect(withLedger(page, ledger)).toBe(page);
  expect(drawCosts(ledger)).toBe(read("images/cost.svg"));
});
