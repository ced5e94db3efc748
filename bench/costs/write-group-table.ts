import { readFileSync, writeFileSync } from "node:fs";
import { withGroupTable } from "./group-table.ts";

const PAGE = new URL("../../docs/operations.md", import.meta.url);
writeFileSync(PAGE, withGroupTable(readFileSync(PAGE, "utf8")));
