import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TableModel } from "../../assembly/model.ts";
import { startEngine, type Engine, type EngineOptions } from "../../database/engine.ts";
import { provisionTables } from "../../database/provision-tables.ts";

const TABLE: TableModel = {
  id: "Table",
  name: "parley-table",
  arn: "arn:aws:dynamodb:eu-central-1:123456789012:table/parley-table",
  attributes: [
    { name: "pk", type: "S" },
    { name: "sk", type: "S" },
    { name: "activity", type: "N" },
  ],
  key: [
    { name: "pk", role: "HASH" },
    { name: "sk", role: "RANGE" },
  ],
  indexes: [
    {
      name: "by-activity",
      key: [
        { name: "pk", role: "HASH" },
        { name: "activity", role: "RANGE" },
      ],
      projection: { type: "KEYS_ONLY" },
    },
  ],
  streamView: "NEW_AND_OLD_IMAGES",
  ttlAttribute: "expiresAt",
};

let dataDir: string;
let engines: Engine[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "parley-database-"));
});
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: EngineOptions): Promise<Engine> {
  const outcome = await startEngine(options);
  if (outcome.type !== "started") throw new Error(outcome.message);
  engines.push(outcome.engine);
  return outcome.engine;
}

const client = (url: string) =>
  new DynamoDBClient({
    endpoint: url,
    region: "eu-central-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
const provision = (engine: Engine, tables: readonly TableModel[]) =>
  provisionTables({ url: engine.url, region: "eu-central-1", tables, dataDir });
const answers = (url: string): Promise<boolean> =>
  fetch(url, { method: "POST" }).then(
    () => true,
    () => false,
  );

describe.each(["native", "java"] as const)("the %s engine", (prefer) => {
  it("creates the tables once, and keeps them and their items across a restart", async () => {
    let engine = await start({ prefer, dataDir });
    expect(await provision(engine, [TABLE])).toEqual({ type: "ready", created: ["parley-table"] });
    const db = client(engine.url);
    const { Table: table } = await db.send(new DescribeTableCommand({ TableName: TABLE.name }));
    expect(table).toMatchObject({
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [{ IndexName: "by-activity", Projection: { ProjectionType: "KEYS_ONLY" } }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    });
    expect(await db.send(new DescribeTimeToLiveCommand({ TableName: TABLE.name }))).toMatchObject({
      TimeToLiveDescription: { AttributeName: "expiresAt", TimeToLiveStatus: "ENABLED" },
    });
    await db.send(new PutItemCommand({ TableName: TABLE.name, Item: { pk: { S: "a" }, sk: { S: "b" } } }));
    await engine.stop();
    expect(await answers(engine.url)).toBe(false);

    engine = await start({ prefer, dataDir });
    expect(await provision(engine, [TABLE])).toEqual({ type: "ready", created: [] });
    const got = await client(engine.url).send(
      new GetItemCommand({ TableName: TABLE.name, Key: { pk: { S: "a" }, sk: { S: "b" } } }),
    );
    expect(got.Item).toEqual({ pk: { S: "a" }, sk: { S: "b" } });
  });

  it.each<[string, Partial<TableModel>]>([
    [
      "keys",
      {
        key: [{ name: "pk", role: "HASH" }],
        attributes: TABLE.attributes.filter(({ name }) => name !== "sk"),
      },
    ],
    ["indexes", { indexes: TABLE.indexes.map((index) => ({ ...index, projection: { type: "ALL" } })) }],
    ["stream settings", { streamView: "NEW_IMAGE" }],
  ])("says when a stored table has other %s", async (what, change) => {
    const engine = await start({ prefer, dataDir: null });
    await provision(engine, [TABLE]);
    expect(await provision(engine, [{ ...TABLE, ...change }])).toEqual({
      type: "differs",
      message: `The stored table parley-table has other ${what} than the app's: delete ${dataDir} to start anew.`,
    });
  });

  it("does not outlive a killed parent, and its data can be used at once", async () => {
    const parentCode = `
      import { startEngine } from ${JSON.stringify(new URL("../../database/engine.ts", import.meta.url).href)};
      const outcome = await startEngine({ prefer: ${JSON.stringify(prefer)}, dataDir: ${JSON.stringify(dataDir)} });
      console.log(outcome.type === "started" ? outcome.engine.url : outcome.message);
      setInterval(() => {}, 1000);`;
    const tsx = fileURLToPath(import.meta.resolve("tsx"));
    const parent = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", parentCode], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let url: string;
    try {
      url = await new Promise((resolve) => createInterface(parent.stdout).once("line", resolve));
      expect(await answers(url)).toBe(true);
    } finally {
      parent.kill("SIGKILL");
    }
    // Its lock waits until the old engine has gone.
    await start({ prefer, dataDir });
    expect(await answers(url)).toBe(false);
  });
});

it.runIf(process.platform === "linux")(
  "the native engine is at no address that a page could guess: it asks nobody where they come from",
  async () => {
    const [first, second] = await Promise.all([1, 2].map(() => start({ prefer: "native", dataDir: null })));
    const { hostname, port } = new URL(first?.url ?? "");
    expect(hostname).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(hostname).not.toBe(new URL(second?.url ?? "").hostname);
    expect(await answers(`http://127.0.0.1:${port}`)).toBe(false);
  },
);

describe("the choice of an engine", () => {
  it("takes the one that is given, and leaves it running", async () => {
    const own = await start({ prefer: "native", dataDir: null });
    const given = await start({ dataDir: null, endpoint: `${own.url}/` });
    expect(given.url).toBe(own.url);
    await given.stop();
    expect(await answers(own.url)).toBe(true);
  });

  it("keeps two local clouds off the same data", async () => {
    await start({ prefer: "native", dataDir });
    expect(await startEngine({ prefer: "native", dataDir })).toMatchObject({
      type: "unavailable",
      message: expect.stringContaining(`The data in ${dataDir} is in use`) as string,
    });
  });

  it("says in one sentence what it lacks", async () => {
    const { JAVA_HOME: before } = process.env;
    process.env["JAVA_HOME"] = "/nowhere";
    try {
      expect(await startEngine({ prefer: "java", dataDir: null })).toMatchObject({
        type: "unavailable",
        message: expect.stringContaining("install Java 17 or later") as string,
      });
    } finally {
      if (before === undefined) delete process.env["JAVA_HOME"];
      else process.env["JAVA_HOME"] = before;
    }
  });

  it("says when nothing answers at a given endpoint", async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outcome = await startEngine({ dataDir: null, endpoint: url });
    await new Promise((resolve) => server.close(resolve));
    expect(outcome).toMatchObject({ type: "unavailable", message: expect.stringContaining(url) as string });
  });
});
