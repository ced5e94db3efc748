import { asyncApiDocument } from "./asyncapi.ts";
import { openApiDocument } from "./openapi.ts";
import { serverSchemas } from "./types-as-schemas.ts";

/** The documents of the protocol, by their paths in the repository. */
export function protocolDocuments(): Readonly<Record<string, string>> {
  const schemas = serverSchemas();
  return {
    "docs/openapi.json": json(openApiDocument(schemas)),
    "docs/asyncapi.json": json(asyncApiDocument(schemas)),
  };
}

const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
