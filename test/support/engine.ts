import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe } from "vitest";
import type { Table } from "../../lambdas/store/table.ts";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import type { TableModel } from "../../local/assembly/model.ts";
import { findEngine, type EngineKind } from "../../local/database/engine-command.ts";
import { startEngine } from "../../local/database/engine.ts";
import { provisionTables } from "../../local/database/provision-tables.ts";
import { Meter } from "./meter.ts";

/** `DYNAMO_ENGINE=dynamodb-local` runs the tests that use an engine on Java's DynamoDB Local. */
const KIND: EngineKind = process.env["DYNAMO_ENGINE"] === "dynamodb-local" ? "java" : "native";

export const REGION = "us-east-1";

export interface TestEngine {
  readonly url: string;
  /** A fresh, empty table of the product's shape. */
  createTable(): Promise<TestTable>;
  stop(): Promise<void>;
}

/** What the stores are made of, and the meter of its client. */
export interface TestTable extends Table {
  readonly url: string;
  readonly meter: Meter;
  /** Of the engine as such, for looking behind the stores; not metered. */
  readonly raw: DynamoDBClient;
}

/** Starts an engine in memory; it ends with the test process at the latest. */
export async function startTestEngine(): Promise<TestEngine> {
  const outcome = await startEngine({ dataDir: null, prefer: KIND });
  if (outcome.type !== "started") throw new Error(outcome.message);
  const { engine } = outcome;
  const clients: DynamoDBClient[] = [];
  const makeClient = (): DynamoDBClient => {
    const client = new DynamoDBClient({
      endpoint: engine.url,
      region: REGION,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    clients.push(client);
    return client;
  };
  return {
    url: engine.url,
    async createTable() {
      const name = `chat-${randomBytes(6).toString("hex")}`;
      const tables = [tableModel(name)];
      await provisionTables({ url: engine.url, region: REGION, tables, dataDir: null });
      const metered = makeClient();
      const meter = new Meter();
      meter.attach(metered);
      const client = DynamoDBDocumentClient.from(metered, {
        marshallOptions: { removeUndefinedValues: true },
      });
      return { name, client, meter, url: engine.url, raw: makeClient() };
    },
    async stop() {
      for (const client of clients) client.destroy();
      await engine.stop();
    },
  };
}

function tableModel(name: string): TableModel {
  const { partitionKey, sortKey, indexes } = TABLE_SHAPE;
  const types = new Map<string, "S" | "N">([
    [partitionKey, "S"],
    [sortKey, "S"],
  ]);
  for (const index of Object.values(indexes)) {
    types.set(index.partitionKey, "S");
    types.set(index.sortKey, index.sortKeyType);
  }
  return {
    id: name,
    name,
    arn: `arn:aws:dynamodb:${REGION}:000000000000:table/${name}`,
    attributes: [...types].map(([attribute, type]) => ({ name: attribute, type })),
    key: [
      { name: partitionKey, role: "HASH" },
      { name: sortKey, role: "RANGE" },
    ],
    indexes: Object.values(indexes).map((index) => ({
      name: index.name,
      key: [
        { name: index.partitionKey, role: "HASH" },
        { name: index.sortKey, role: "RANGE" },
      ],
      projection: { type: "KEYS_ONLY" },
    })),
    streamView: "NEW_AND_OLD_IMAGES",
  };
}

const missing = (await findEngine(KIND)) === undefined;

/**
 * A suite on an engine of its own with one fresh table. Without Java, the DynamoDB Local run is skipped on a
 * developer's machine; a build server must have it.
 */
export function describeOnEngine(name: string, tests: (table: () => TestTable) => void): void {
  if (missing && KIND === "java" && !process.env["CI"]) {
    describe.skip(`${name}: skipped, DynamoDB Local needs Java 17 or later`, () => tests(() => notStarted()));
    return;
  }
  describe(`${name} (${KIND} engine)`, () => {
    let engine: TestEngine | undefined;
    let table: TestTable | undefined;
    beforeAll(async () => {
      engine = await startTestEngine();
      table = await engine.createTable();
    });
    afterAll(() => engine?.stop());
    tests(() => table ?? notStarted());
  });
}

function notStarted(): never {
  throw new Error("The engine has not started: use the table inside a test or hook.");
}
