import { writeFileSync } from "node:fs";
import { conformanceDocument } from "./document.ts";

writeFileSync(new URL("../CONFORMANCE.md", import.meta.url), conformanceDocument());
