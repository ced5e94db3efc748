import { writeFileSync } from "node:fs";
import { conformanceDocument } from "./document.ts";

writeFileSync(new URL("../../docs/conformance.md", import.meta.url), conformanceDocument());
