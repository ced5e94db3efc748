import { writeFileSync } from "node:fs";
import { documents } from "./documents.ts";

const ROOT = new URL("../", import.meta.url);

for (const [path, text] of Object.entries(documents())) writeFileSync(new URL(path, ROOT), text);
