import {
  BatchGetItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { TableModel } from "../../assembly/model.ts";
import { startEngine, type Engine } from "../../database/engine.ts";
import { provisionTables } from "../../database/provision-tables.ts";
import { startDatabaseProxy, type DatabaseProxy } from "../../faults/database-proxy.ts";
import type { FaultSet } from "../../faults/fault-set.ts";
import { createFaults } from "../../faults/faults.ts";
import { createPastStates, type PastStates } from "../../faults/past-states.ts";
import type { RunningProcess } from "../../faults/process-ledger.ts";
import { eventually } from "../support/pace.ts";

const REGION = "eu-central-1";
/** Longer than any test takes: what lags so far is not seen while it does. */
const NEVER_MS = 600_000;
const TABLE: TableModel = {
  id: "Table",
  name: "items",
  arn: `arn:aws:dynamodb:${REGION}:123456789012:table/items`,
  attributes: [
    { name: "pk", type: "S" },
    { name: "kind", type: "S" },
  ],
  key: [{ name: "pk", role: "HASH" }],
  indexes: [{ name: "by-kind", key: [{ name: "kind", role: "HASH" }], projection: { type: "KEYS_ONLY" } }],
  streamView: "NEW_AND_OLD_IMAGES",
};

const CALLER: RunningProcess = {
  identity: { processId: "p", functionId: "Fn", functionName: "Fn" },
  kill: () => undefined,
  isKilled: false,
  countCall: () => null,
  record: () => undefined,
};

let engine: Engine;
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const outcome = await startEngine({ dataDir: null, endpoint: "" });
  if (outcome.type !== "started") throw new Error(outcome.message);
  ({ engine } = outcome);
  await provisionTables({ url: engine.url, region: REGION, tables: [TABLE], dataDir: null });
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => engine.stop());

/** The database as a function has it, and as it is. */
async function scene({ staleMs = NEVER_MS, tables = [TABLE] } = {}) {
  const faults = createFaults();
  const failures: unknown[] = [];
  const past: PastStates = createPastStates({
    engineUrl: engine.url,
    tables: () => tables,
    region: () => REGION,
    onFailure: (cause) => failures.push(cause),
    staleMs,
  });
  faults.onChange(({ indexLagMs, staleReads }) =>
    past.follow(indexLagMs ?? 0, indexLagMs !== undefined || staleReads !== undefined),
  );
  const proxy: DatabaseProxy = await startDatabaseProxy({
    engineUrl: engine.url,
    faults,
    past,
    ledger: { find: () => CALLER },
  });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const db = new DynamoDBClient({ endpoint: proxy.url("p"), region: REGION, credentials });
  ends.push(async () => {
    db.destroy();
    await proxy.close();
    await past.close();
    expect(failures).toEqual([]);
  });
  const put = (pk: string, version: string, kind = "any") =>
    db.send(
      new PutItemCommand({
        TableName: "items",
        Item: { pk: { S: pk }, kind: { S: kind }, version: { S: version } },
      }),
    );
  const Key = (pk: string) => ({ pk: { S: pk } });
  return {
    db,
    put,
    injected: () => faults.injected.all(),
    set: async (set: FaultSet) => {
      expect(await past.prepare()).toBeUndefined();
      faults.set(set);
    },
    clear: () => faults.clear(),
    past,
    remove: (pk: string) => db.send(new DeleteItemCommand({ TableName: "items", Key: Key(pk) })),
    get: async (pk: string, ConsistentRead = false) =>
      (await db.send(new GetItemCommand({ TableName: "items", Key: Key(pk), ConsistentRead }))).Item?.[
        "version"
      ]?.S,
    batchGet: async (pk: string, ConsistentRead = false) => {
      const { Responses } = await db.send(
        new BatchGetItemCommand({ RequestItems: { items: { Keys: [Key(pk)], ConsistentRead } } }),
      );
      return Responses?.["items"]?.[0]?.["version"]?.S;
    },
    query: async (pk: string, ConsistentRead = false) => {
      const { Items } = await db.send(
        new QueryCommand({
          TableName: "items",
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: pk } },
          ConsistentRead,
        }),
      );
      return Items?.[0]?.["version"]?.S;
    },
    byKind: async (kind: string) => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: "items",
          IndexName: "by-kind",
          KeyConditionExpression: "kind = :kind",
          ExpressionAttributeValues: { ":kind": { S: kind } },
        }),
      );
      return Items.map(({ pk }) => pk?.S).sort();
    },
  };
}

test("an index is behind, and the table is not", async () => {
  const { put, byKind, get, remove, set, clear, injected } = await scene();
  await put("old", "1", "lagging");
  await set({ indexLagMs: NEVER_MS });
  await put("new", "1", "lagging");
  await remove("old");
  expect(await byKind("lagging")).toEqual(["old"]);
  expect([await get("old"), await get("new")]).toEqual([undefined, "1"]);
  expect(injected()).toEqual({ indexLag: 1 });
  clear();
  expect(await byKind("lagging")).toEqual(["new"]);
});

test("an index catches up when its lag is over, and goes on from there", async () => {
  const { put, byKind, set } = await scene();
  await set({ indexLagMs: 1 });
  await put("a", "1", "following");
  await eventually(async () => ((await byKind("following")).join() === "a" ? true : undefined));
  await set({ indexLagMs: NEVER_MS });
  await put("b", "1", "following");
  expect(await byKind("following")).toEqual(["a"]);
});

test("eventually consistent reads of a table answer what was there, strongly consistent ones what is", async () => {
  const { put, get, batchGet, query, remove, set, injected } = await scene();
  await put("stale", "1");
  await set({ staleReads: 1 });
  await put("stale", "2");
  for (const read of [get, batchGet, query]) {
    expect([await read("stale"), await read("stale", true)]).toEqual(["1", "2"]);
  }
  await remove("stale");
  expect([await get("stale"), await get("stale", true)]).toEqual(["1", undefined]);
  expect(injected()).toEqual({ staleRead: 4 });
});

test("a stale read is as old as it may be, and no older", async () => {
  const { put, get, set } = await scene({ staleMs: 1 });
  await set({ staleReads: 1 });
  await put("moving", "1");
  await eventually(async () => ((await get("moving")) === "1" ? true : undefined));
});

test("a share of the reads is stale, the same ones for a seed", async () => {
  const { put, get, set } = await scene();
  await put("shared", "1");
  await set({ seed: 3, staleReads: 0.4 });
  await put("shared", "2");
  const run = async (): Promise<(string | undefined)[]> => {
    await set({ seed: 3, staleReads: 0.4 });
    const seen: (string | undefined)[] = [];
    for (let count = 0; count < 20; count += 1) seen.push(await get("shared"));
    return seen;
  };
  const first = await run();
  expect(new Set(first)).toEqual(new Set(["1", "2"]));
  expect(await run()).toEqual(first);
});

test("a table that has no copy is read as it is", async () => {
  const { db, set, injected } = await scene();
  await set({ staleReads: 1 });
  await db.send(
    new CreateTableCommand({
      TableName: "later",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  const Item = { pk: { S: "a" } };
  await db.send(new PutItemCommand({ TableName: "later", Item }));
  expect((await db.send(new GetItemCommand({ TableName: "later", Key: Item }))).Item).toEqual(Item);
  expect(injected()).toEqual({});
});

test("the past of an app without a stream is refused in a sentence", async () => {
  const { streamView: _, ...bare } = TABLE;
  const { past } = await scene({ tables: [bare] });
  expect(await past.prepare()).toMatch(/stream with new images.*\.$/);
});

test("what this machine has set for AWS does not reach the copies", async () => {
  const { put, get, set } = await scene();
  await put("foreign", "1");
  vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "true");
  try {
    await set({ staleReads: 1 });
  } finally {
    vi.unstubAllEnvs();
  }
  await put("foreign", "2");
  expect(await get("foreign")).toBe("1");
});
