import { expect, it } from "vitest";
import { clientApiDocument, clientEntryPoints } from "../../../reference/client-api.ts";

const entryPoints = clientEntryPoints();
const names = entryPoints.flatMap(({ specifier, names }) => names.map((one) => ({ specifier, ...one })));

it("everything that the client exports says what it is", () => {
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter(({ docstring }) => docstring === "").map(({ name }) => name)).toEqual([]);
});

it("the reference shows signatures without bodies, and no private part", () => {
  const document = clientApiDocument(entryPoints);
  for (const { specifier, name } of names) {
    expect(document).toContain(`## \`${specifier}\`\n`);
    expect(document).toContain(`### ${name}\n`);
  }
  const code = names.map(({ declaration }) => declaration).join("\n");
  expect(code).toContain("function createChatClient(options: ChatClientOptions): ChatClient;");
  expect(code).toContain("get retryable(): boolean;");
  expect(code).not.toMatch(/\breturn\b|\bthis\.|^\s*(private|#)/m);
});
