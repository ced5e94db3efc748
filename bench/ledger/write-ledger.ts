import { readFileSync, writeFileSync } from "node:fs";
import { drawCosts } from "./draw-costs.ts";
import { writeLedger } from "./ledger-file.ts";
import { withLedger } from "./ledger-page.ts";
import { measureLedger } from "./measure-ledger.ts";

const PAGE = new URL("../../docs/cost.md", import.meta.url);
const PICTURE = new URL("../../docs/images/cost.svg", import.meta.url);

const entries = await measureLedger();
const differences = entries.flatMap((entry) => entry.differences);
if (differences.length > 0) throw new Error(differences.join("\n"));
const lines = entries.map(({ line }) => line);
writeLedger(lines);
writeFileSync(PAGE, withLedger(readFileSync(PAGE, "utf8"), lines));
writeFileSync(PICTURE, drawCosts(lines));
