import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readAssembly } from "../../assembly/read-assembly.ts";
import type { AppModel } from "../../assembly/model.ts";
import { createSynthesizer } from "../../assembly/synthesize.ts";
import { ORIGIN, readMade } from "./made-assembly.ts";

/** The fixture app, synthesized for real: what the CDK writes is what must be understood. */
let model: AppModel;
let wsUrl: string;

beforeAll(async () => {
  const root = join(import.meta.dirname, "../../..");
  const synthesis = await createSynthesizer({
    folder: join(root, "local/test/fixture-app"),
    settings: { greeting: "good day" },
    cacheFolder: join(root, "local/.local/assemblies"),
  }).synthesize();
  if (synthesis.type === "failed") throw new Error(synthesis.message);
  const reading = await readAssembly(synthesis.folder, ORIGIN, "/nowhere");
  if (reading.type === "failed") throw new Error(reading.problems.join("\n"));
  model = reading.model;
  wsUrl = reading.endpoints.wsUrl;
});

const functionNamed = (name: string) => model.functions.find((fn) => fn.name === name);

test("functions have code, settings and their environment resolved across stacks", () => {
  const sockets = functionNamed("Sockets");
  expect(sockets).toMatchObject({ handler: "functions.sockets", timeoutMs: 5000, memoryMb: 256 });
  expect(sockets?.environment).toEqual({
    TABLE_NAME: model.tables[0]?.name,
    GREETING: "good day",
    CALLBACK_URL: "http://127.0.0.1:4000/live",
    QUEUE_URL: `http://127.0.0.1:4000/_aws/sqs/000000000000/${model.queues.find((queue) => queue.redrive)?.name}`,
  });
  expect(existsSync(join(sockets?.codePath ?? "", "functions.js"))).toBe(true);
  expect(functionNamed("Web")?.environment["SOCKET_URL"]).toBe("ws://127.0.0.1:4000/live");
  expect(wsUrl).toBe("ws://127.0.0.1:4000/live");
});

test("socket routes have integrations, the authorizer where it is set, and responses where there are any", () => {
  const [api] = model.webSocketApis;
  const functionId = functionNamed("Sockets")?.id;
  const toSockets = { type: "function", functionId, timeoutMs: 29_000 };
  expect(api).toMatchObject({ stage: "live", routeSelectionExpression: "$request.body.action" });
  expect(api?.routes).toEqual([
    {
      routeKey: "$connect",
      integration: toSockets,
      hasRouteResponse: false,
      authorizer: { functionId: functionNamed("Gatekeeper")?.id, identitySource: [] },
    },
    { routeKey: "$disconnect", integration: toSockets, hasRouteResponse: false },
    { routeKey: "note", integration: toSockets, hasRouteResponse: true },
    { routeKey: "later", integration: toSockets, hasRouteResponse: true },
    {
      routeKey: "ping",
      integration: {
        type: "mock",
        templateSelectionExpression: "200",
        requestTemplates: { "200": '{"statusCode":200}' },
        responses: [
          {
            responseKey: "$default",
            templateSelectionExpression: "200",
            templates: { "200": '{"type":"pong"}' },
          },
        ],
      },
      hasRouteResponse: true,
    },
  ]);
});

test("HTTP routes have their authorizer and CORS", () => {
  const [api] = model.httpApis;
  const functionId = functionNamed("Web")?.id;
  expect(api?.routes).toEqual([
    {
      routeKey: "GET /notes/{id}",
      functionId,
      scopes: [],
      authorizer: {
        issuer: "https://issuer.fixture.local",
        audiences: ["fixture"],
        identitySource: ["$request.header.Authorization"],
      },
    },
    { routeKey: "GET /open", functionId, scopes: [] },
  ]);
  expect(api?.cors).toEqual({
    allowOrigins: ["*"],
    allowMethods: ["GET", "POST"],
    allowHeaders: ["authorization"],
    exposeHeaders: [],
    allowCredentials: false,
  });
});

test("tables have keys, indexes, stream and TTL", () => {
  expect(model.tables).toMatchObject([
    {
      attributes: [
        { name: "pk", type: "S" },
        { name: "sk", type: "S" },
        { name: "time", type: "N" },
      ],
      key: [
        { name: "pk", role: "HASH" },
        { name: "sk", role: "RANGE" },
      ],
      indexes: [
        {
          name: "by-time",
          key: [
            { name: "pk", role: "HASH" },
            { name: "time", role: "RANGE" },
          ],
          projection: { type: "KEYS_ONLY" },
        },
      ],
      streamView: "NEW_AND_OLD_IMAGES",
      ttlAttribute: "expiresAt",
    },
  ]);
});

test("queues, event sources and schedules are connected", () => {
  const jobs = model.queues.find((queue) => queue.redrive);
  const dead = model.queues.find((queue) => queue.arn === jobs?.redrive?.deadLetterArn);
  expect(jobs).toMatchObject({ visibilityTimeoutSeconds: 30, redrive: { maxReceiveCount: 3 } });
  const functionId = functionNamed("Worker")?.id;
  expect(model.eventSources).toEqual([
    {
      type: "stream",
      id: expect.any(String) as string,
      functionId,
      tableId: model.tables[0]?.id,
      batchSize: 10,
      batchWindowSeconds: 0,
      startingPosition: "TRIM_HORIZON",
      filters: [{ eventName: ["INSERT"], dynamodb: { Keys: { pk: { S: [{ prefix: "N#" }] } } } }],
      maxRetries: 2,
      bisectOnError: true,
      reportItemFailures: true,
      onFailureQueueArn: dead?.arn,
    },
    {
      type: "queue",
      id: expect.any(String) as string,
      functionId,
      queueId: jobs?.id,
      batchSize: 5,
      batchWindowSeconds: 0,
      filters: [],
      reportItemFailures: true,
    },
  ]);
  expect(model.schedules).toMatchObject([
    {
      destination: { type: "function", functionId },
      timing: { type: "rate", everyMs: 60_000 },
      input: '{"type":"tick"}',
      enabled: true,
    },
  ]);
});

test("code given inline is written where it can run", async () => {
  const text = "exports.handler = async () => 1;";
  const reading = await readMade({
    App: {
      Resources: {
        Fn: {
          Type: "AWS::Lambda::Function",
          Properties: { Runtime: "nodejs24.x", Handler: "index.handler", Code: { ZipFile: text } },
        },
      },
    },
  });
  const codePath = (reading.type === "read" && reading.model.functions[0]?.codePath) || "";
  expect(readFileSync(join(codePath, "index.js"), "utf8")).toBe(text);
});

test("a table of CDK's newer kind is read alike", async () => {
  const key = [{ AttributeName: "id", KeyType: "HASH" }];
  const reading = await readMade({
    App: {
      Resources: {
        Table: {
          Type: "AWS::DynamoDB::GlobalTable",
          Properties: {
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            KeySchema: key,
            BillingMode: "PAY_PER_REQUEST",
            Replicas: [{ Region: { Ref: "AWS::Region" } }],
          },
        },
      },
    },
  });
  expect(reading.type === "read" && reading.model.tables).toMatchObject([
    { name: "App-Table", key: [{ name: "id", role: "HASH" }], indexes: [] },
  ]);
});
