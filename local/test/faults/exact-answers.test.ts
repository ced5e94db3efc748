import { crc32 } from "node:zlib";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startEngine, type Engine } from "../../database/engine.ts";
import { provisionTables } from "../../database/provision-tables.ts";
import { startDatabaseProxy, type DatabaseProxy } from "../../faults/database-proxy.ts";
import { createFaults } from "../../faults/faults.ts";
import { createProcessLedger } from "../../faults/process-ledger.ts";
import { startLocalServer } from "../support/local-server.ts";
import { TABLE } from "./rig.ts";

const identity = { processId: "p1", functionId: "Fn", functionName: "Fn" };
let engine: Engine;
let proxy: DatabaseProxy;
const ledger = createProcessLedger(() => 0);

beforeAll(async () => {
  const outcome = await startEngine({ dataDir: null, endpoint: "" });
  if (outcome.type !== "started") throw new Error(outcome.message);
  engine = outcome.engine;
  await provisionTables({ url: engine.url, region: "us-east-1", tables: [TABLE], dataDir: null });
  proxy = await startDatabaseProxy({ engineUrl: engine.url, faults: createFaults(), ledger });
  ledger.hooks.started(identity, () => undefined);
});
afterAll(async () => {
  await proxy.close();
  await engine.stop();
});

async function post(url: string, operation: string, body: unknown) {
  const response = await fetch(`${url}/`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "x-amz-date": "20260101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(body),
  });
  const { status, headers } = response;
  const {
    ["date"]: _date,
    ["x-amzn-requestid"]: _id,
    ["connection"]: _connection,
    ...kept
  } = Object.fromEntries(headers);
  return { status, headers: kept, body: await response.text() };
}

/** All but what depends on how the same content is written. */
function content({ status, headers, body }: Awaited<ReturnType<typeof post>>) {
  const { ["content-length"]: _length, ["x-amz-crc32"]: _checksum, ...kept } = headers;
  return { status, headers: kept, content: JSON.parse(body) as unknown };
}

const TableName = TABLE.name;
// One attribute: an engine may write several in any order.
const Item = { pk: { S: "é" } };
const unmetered = { TableName, Key: { pk: Item.pk } };

test.each([
  ["PutItem", { TableName, Item }, 1],
  ["GetItem", unmetered, 0.5],
  ["GetItem", { ...unmetered, ReturnConsumedCapacity: "TOTAL" }, 0.5],
  ["GetItem", { ...unmetered, ReturnConsumedCapacity: "NONE" }, null],
  ["BatchGetItem", { RequestItems: { [TableName]: { Keys: [unmetered.Key] } } }, 0.5],
  ["TransactWriteItems", { TransactItems: [{ Put: { TableName, Item } }] }, 2],
  ["PutItem", { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" }, null],
  ["GetItem", { TableName: "nowhere", Key: unmetered.Key }, null],
  ["GetItem", {}, null],
  ["DescribeLimits", {}, null],
])("%s is answered as by the engine, and its units are known (%#)", async (operation, body, units) => {
  ledger.hooks.began(identity, "r1");
  const through = await post(proxy.url("p1"), operation, body);
  expect(content(through)).toEqual(content(await post(engine.url, operation, body)));
  // The SDK checks both.
  expect(through.headers["content-length"]).toBe(String(Buffer.byteLength(through.body)));
  const checksum = through.headers["x-amz-crc32"];
  if (checksum !== undefined) expect(checksum).toBe(String(crc32(through.body)));
  expect(ledger.takeCalls("r1")).toMatchObject([
    { operation, units, status: through.status, isFault: false },
  ]);
});

test("what the caller did not ask for is taken out of the answer, and nothing else", async () => {
  const item = '{"b":{"M":{"10":{"N":"1"},"2":{"N":"1.0"}}},"c":{"S":"\\"ConsumedCapacity\\":1"}}';
  const asked: string[] = [];
  const server = await startLocalServer((_request, body, response) => {
    asked.push(body);
    response.end(`{"ConsumedCapacity":{"CapacityUnits":1.5},"Item":${item}, "Count":1.0}`);
  });
  const strange = await startDatabaseProxy({ engineUrl: server.url, faults: createFaults(), ledger });
  onTestFinished(async () => {
    await strange.close();
    await server.close();
  });
  const body = { TableName, Key: { b: { M: { 10: 1, 2: 1 } } } };
  const { body: answer } = await post(strange.url("p1"), "GetItem", body);
  expect(JSON.parse(answer)).toEqual({ Item: JSON.parse(item) as unknown, Count: 1 });
  expect(asked).toEqual([`{"ReturnConsumedCapacity":"TOTAL",${JSON.stringify(body).slice(1)}`]);
});

test("a process nobody knows gets no answer", async () => {
  await expect(post(proxy.url("other"), "GetItem", unmetered)).rejects.toThrow("fetch failed");
});

test("an engine that is gone breaks the connection, as it would without anything in between", async () => {
  const lonely = await startDatabaseProxy({
    engineUrl: "http://127.0.0.1:1",
    faults: createFaults(),
    ledger,
  });
  await expect(post(lonely.url("p1"), "GetItem", unmetered)).rejects.toThrow("fetch failed");
  await lonely.close();
});
