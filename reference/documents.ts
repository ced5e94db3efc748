import { asyncApiDocument } from "./asyncapi.ts";
import { clientApiDocument } from "./client-api.ts";
import { openApiDocument } from "./openapi.ts";
import { serverSchemas } from "./types-as-schemas.ts";

/** The documents that are written from the sources, by their paths in the repository. */
export function documents(): Readonly<Record<string, string>> {
  const schemas = serverSchemas();
  return {
    "docs/openapi.json": json(openApiDocument(schemas)),
    "docs/asyncapi.json": json(asyncApiDocument(schemas)),
    "docs/client-api.md": clientApiDocument(),
  };
}

const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
