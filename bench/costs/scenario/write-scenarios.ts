import { readFileSync, writeFileSync } from "node:fs";
import { scenariosPicture, withScenarios } from "./scenarios-page.ts";

const PAGE = new URL("../../../docs/cost.md", import.meta.url);
const PICTURE = new URL("../../../docs/images/cost-scenarios.svg", import.meta.url);
writeFileSync(PAGE, withScenarios(readFileSync(PAGE, "utf8")));
writeFileSync(PICTURE, scenariosPicture());
