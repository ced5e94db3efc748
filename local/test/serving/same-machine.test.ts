import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeHttpApi, makeHttpRoute, makeModel } from "../gateway/model-fixture.ts";
import { useCloud } from "../conformance/cloud.ts";
import { startGateway, type RunningGateway } from "../gateway/start-gateway.ts";

let running: RunningGateway;
beforeAll(async () => {
  running = await startGateway({ model: makeModel({ http: makeHttpApi([makeHttpRoute("GET /me")]) }) });
});
afterAll(() => running.stop());

/** `fetch` lets nobody choose Host or Origin. */
function statusOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  { method = "POST", body = "{}" } = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (res) => {
      res.resume().once("end", () => resolve(res.statusCode));
    });
    call.once("error", reject).end(method === "POST" ? body : undefined);
  });
}

const tokenStatus = (headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
  statusOf(`${running.httpUrl}/_local/token`, headers, { body: JSON.stringify({ userId: "ann" }) });

it.each([
  [{}, 200],
  [{ origin: "http://localhost:5173" }, 200],
  [{ origin: "http://127.0.0.1:3000" }, 200],
  [{ host: "localhost:3000" }, 200],
  [{ host: "[::1]:3000" }, 200],
  [{ origin: "https://evil.example" }, 403],
  [{ origin: "http://localhost.evil.example" }, 403],
  [{ origin: "null" }, 403],
  [{ host: "rebound.evil.example" }, 403],
  [{ host: "127.0.0.1.evil.example:3000", origin: "http://127.0.0.1:3000" }, 403],
])("a token for a caller with %j: %i", async (headers, status) => {
  expect(await tokenStatus(headers as Record<string, string>)).toBe(status);
});

const cloud = useCloud();
const QUEUE = { "x-amz-target": "AmazonSQS.GetQueueUrl", "content-type": "application/x-amz-json-1.0" };
const DATABASE = {
  "x-amz-target": "DynamoDB_20120810.ListTables",
  "content-type": "application/x-amz-json-1.0",
  "x-amz-date": "20260101T000000Z",
  authorization:
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
};

/** A door that asks for no credentials: its address, a call of it, and what a client of this machine gets. */
interface Door {
  readonly url: () => string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
}

const connection = (): string => `${cloud().cloud.managementUrl}/@connections/nobody`;
it.each<[string, Door]>([
  ["the view", { url: () => `${cloud().cloud.httpUrl}/_local/state`, method: "GET", status: 200 }],
  ["a post to a connection", { url: connection, status: 410 }],
  ["a look at a connection", { url: connection, method: "GET", status: 410 }],
  ["the end of a connection", { url: connection, method: "DELETE", status: 410 }],
  [
    "the queues",
    {
      url: () => `${cloud().cloud.httpUrl}/_aws/sqs`,
      headers: QUEUE,
      body: '{"QueueName":"plain"}',
      status: 200,
    },
  ],
  ["the database", { url: () => cloud().cloud.databaseUrl, headers: DATABASE, status: 200 }],
])("%s: for clients of this machine, never for a page from elsewhere", async (_name, door) => {
  const call = (headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
    statusOf(door.url(), { ...door.headers, ...headers }, door);
  expect(await call({})).toBe(door.status);
  expect(await call({ host: "evil.example" })).toBe(403);
  expect(await call({ origin: "https://evil.example" })).toBe(403);
});
