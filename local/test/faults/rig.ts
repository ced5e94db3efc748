import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { buildSync } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FunctionModel, TableModel } from "../../assembly/model.ts";
import { startEngine } from "../../database/engine.ts";
import { provisionTables } from "../../database/provision-tables.ts";
import { startDatabaseProxy } from "../../faults/database-proxy.ts";
import { createFaults } from "../../faults/faults.ts";
import { createProcessLedger } from "../../faults/process-ledger.ts";
import { createFunctionPool } from "../../functions/function-pool.ts";
import type { InvocationResult } from "../../functions/invocation.ts";
import { createRecords } from "../../records/records.ts";
import type { WriterAnswer, WriterEvent } from "./writer.ts";

const REGION = "eu-central-1";
const ACCOUNT = "123456789012";
export const TABLE: TableModel = {
  id: "Table",
  name: "items",
  arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/items`,
  attributes: [{ name: "pk", type: "S" }],
  key: [{ name: "pk", role: "HASH" }],
  indexes: [],
};

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** A real engine, real processes of two functions with the same code, and what stands between them. */
export async function startRig({ proxied = true } = {}) {
  const outcome = await startEngine({ dataDir: null, endpoint: "" });
  if (outcome.type !== "started") throw new Error(outcome.message);
  const { engine } = outcome;
  await provisionTables({ url: engine.url, region: REGION, tables: [TABLE], dataDir: null });
  const codePath = mkdtempSync(join(tmpdir(), "parley-faults-"));
  buildSync({
    entryPoints: [join(import.meta.dirname, "writer.ts")],
    outfile: join(codePath, "index.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    // The SDK's packages are CommonJS in part.
    banner: { js: "import{createRequire}from'module';const require=createRequire(import.meta.url);" },
    logLevel: "silent",
  });
  const writer = (name: string): FunctionModel => ({
    id: name,
    name,
    arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    codePath,
    handler: "index.handler",
    environment: { TABLE_NAME: TABLE.name },
    timeoutMs: 10_000,
    runtime: "nodejs24.x",
    memoryMb: 256,
  });
  const faults = createFaults();
  const ledger = createProcessLedger((name) => faults.clockSkewMs(name));
  const records = createRecords(ledger);
  const proxy = await startDatabaseProxy({ engineUrl: engine.url, faults, ledger });
  const pool = await createFunctionPool({
    functions: [writer("WriterFunction"), writer("Other")],
    endpointsEnv: ({ processId }) => ({
      AWS_ENDPOINT_URL_DYNAMODB: proxied ? proxy.url(processId) : engine.url,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    }),
    log: { line: () => undefined, invocation: records.invocation },
    hooks: ledger.hooks,
  });
  const client = new DynamoDBClient({
    endpoint: engine.url,
    region: REGION,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });

  const invoke = (event: WriterEvent, functionId = "WriterFunction"): Promise<InvocationResult> =>
    pool.invoke(functionId, event, { cause: "test" });
  return {
    engine,
    faults,
    records,
    proxy,
    invoke,
    /** The answer of an invocation that must succeed. */
    call: async (event: WriterEvent, functionId?: string): Promise<WriterAnswer> => {
      const result = await invoke(event, functionId);
      if (result.type !== "ok") throw new Error(`The invocation failed: ${JSON.stringify(result)}`);
      return result.payload as WriterAnswer;
    },
    /** Looks into the engine itself, past the proxy. */
    isStored: async (pk: string): Promise<boolean> => {
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName: TABLE.name, Key: { pk: { S: pk } }, ConsistentRead: true }),
      );
      return item !== undefined;
    },
    stop: async () => {
      faults.clear();
      await pool.close();
      await proxy.close();
      client.destroy();
      await engine.stop();
      rmSync(codePath, { recursive: true, force: true });
    },
  };
}
