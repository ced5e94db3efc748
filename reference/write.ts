import { writeFileSync } from "node:fs";
import { protocolDocuments } from "./documents.ts";

const ROOT = new URL("../", import.meta.url);

for (const [path, text] of Object.entries(protocolDocuments())) writeFileSync(new URL(path, ROOT), text);
