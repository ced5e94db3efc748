import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { HTTP_STATUS } from "../../../lambdas/protocol/codes.ts";
import * as limits from "../../../lambdas/protocol/limits.ts";
import { ACTIONS, HTTP_ROUTES, PING } from "../../../lambdas/protocol/routes.ts";
import { documents } from "../../../reference/documents.ts";

const ROOT = join(import.meta.dirname, "../../..");
const written = documents();

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
  readonly components: { readonly responses: object };
  readonly "x-limits": object;
}
interface Operation {
  readonly action: "send" | "receive";
  readonly messages: readonly { readonly $ref: string }[];
  readonly reply?: { readonly messages: readonly { readonly $ref: string }[] };
}
interface AsyncApi {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly "x-limits": object;
}
const openApi = JSON.parse(written["docs/openapi.json"]!) as OpenApi;
const asyncApi = JSON.parse(written["docs/asyncapi.json"]!) as AsyncApi;

it.for(Object.keys(written))("%s is as the sources say: npm run docs:reference", (path) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(written[path]);
});

/** The schema that AsyncAPI publishes for its documents; its own parser would bring 150 packages. */
function problemsOfAsyncApi(document: object): unknown {
  const require = createRequire(import.meta.url);
  const schema = require("@asyncapi/specs/schemas/3.0.0.json") as object;
  const ajv = new Ajv({ strict: false, meta: false, validateSchema: false, validateFormats: false });
  const validate = ajv.compile(schema);
  return validate(document) ? [] : validate.errors;
}

async function problemsOfOpenApi(source: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ["spec"] });
  const problems = await lintFromString({ source, absoluteRef: "openapi.json", config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
}

/** Every `$ref` of a document that leads nowhere in it. */
function brokenReferences(document: object): readonly string[] {
  const broken: string[] = [];
  const leads = (ref: string): boolean =>
    ref
      .slice(2)
      .split("/")
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document) !==
    undefined;
  JSON.stringify(document, (key, value: unknown) => {
    if (key === "$ref" && typeof value === "string" && !leads(value)) broken.push(value);
    return value;
  });
  return broken;
}

describe("docs/openapi.json", () => {
  it("is OpenAPI 3.1", async () => {
    expect(await problemsOfOpenApi(written["docs/openapi.json"]!)).toEqual([]);
    const broken = written["docs/openapi.json"]!.replace(`"operationId"`, `"operationID"`);
    expect(await problemsOfOpenApi(broken)).not.toEqual([]);
  });

  it("has every route, every code and every limit", () => {
    const routes = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.toSorted()).toEqual([...HTTP_ROUTES].toSorted());
    expect(Object.keys(openApi.components.responses).toSorted()).toEqual(Object.keys(HTTP_STATUS).toSorted());
    expect(openApi["x-limits"]).toEqual({ ...limits });
    expect(brokenReferences(openApi)).toEqual([]);
  });
});

describe("docs/asyncapi.json", () => {
  it("is AsyncAPI 3.0", () => {
    expect(problemsOfAsyncApi(asyncApi)).toEqual([]);
    expect(problemsOfAsyncApi({ ...asyncApi, operations: { sync: { action: "hear" } } })).not.toEqual([]);
  });

  it("has every action with its answers, every event and every limit", () => {
    const named = (action: Operation["action"]): readonly string[] =>
      Object.keys(asyncApi.operations).filter((name) => asyncApi.operations[name]?.action === action);
    expect(named("receive")).toEqual([...ACTIONS, PING]);
    expect(named("send").length).toBeGreaterThanOrEqual(7);
    for (const action of ACTIONS) {
      const replies = asyncApi.operations[action]?.reply?.messages.map(({ $ref }) => $ref.split("/").at(-1));
      expect(replies).toEqual(expect.arrayContaining([`${action}_ack`, "error", "gateway_error"]));
    }
    expect(asyncApi["x-limits"]).toEqual({ ...limits });
    expect(brokenReferences(asyncApi)).toEqual([]);
  });
});
