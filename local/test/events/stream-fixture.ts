import { DynamoDBClient, PutItemCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { TableModel } from "../../assembly/model.ts";
import { startEngine, type Engine } from "../../database/engine.ts";
import type { EngineKind } from "../../database/engine-command.ts";
import { provisionTables } from "../../database/provision-tables.ts";
import {
  createEventSources,
  type EventSourcesOptions,
  type EventModel,
  type EventSources,
} from "../../events/event-sources.ts";
import { createQueueService } from "../../events/queue-service.ts";
import type { StreamSourceModel } from "../../events/stream-delivery.ts";
import type { FunctionInvoker } from "../../functions/invocation.ts";
import {
  ACCOUNT,
  eventModel,
  logKept,
  REGION,
  removeDataFolders,
  streamSource,
  TABLE,
  type Call,
} from "./event-fixture.ts";

export interface Seen {
  readonly eventName: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly Keys: { readonly pk: { readonly S: string } };
  };
}
export const records = (call: Call | undefined): readonly Seen[] =>
  (call?.event as { Records: Seen[] }).Records;
export const keys = (call: Call | undefined): string[] =>
  records(call).map(({ dynamodb }) => dynamodb.Keys.pk.S);

/** A running engine with a fresh table for each test; registers the hooks that start and stop it. */
export function streamsOn(prefer: EngineKind) {
  let engine: Engine;
  let db: DynamoDBClient;
  let table: TableModel;
  let tables = 0;
  let open: EventSources[] = [];

  beforeAll(async () => {
    const outcome = await startEngine({ prefer, dataDir: null });
    if (outcome.type !== "started") throw new Error(outcome.message);
    engine = outcome.engine;
    db = new DynamoDBClient({
      endpoint: engine.url,
      region: REGION,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
  });
  afterAll(async () => {
    await engine.stop();
    removeDataFolders();
  });
  beforeEach(async () => {
    tables += 1;
    const name = `table-${tables}`;
    table = { ...TABLE, name, arn: TABLE.arn.replace(TABLE.name, name) };
    await provisionTables({ url: engine.url, region: REGION, tables: [table], dataDir: null });
  });
  afterEach(async () => {
    await Promise.all(open.map((sources) => sources.close()));
    open = [];
  });

  const put = (pk: string, more: Record<string, AttributeValue> = {}) =>
    db.send(new PutItemCommand({ TableName: table.name, Item: { pk: { S: pk }, ...more } }));

  const model = (source: Partial<StreamSourceModel> = {}, overrides: Partial<EventModel> = {}) =>
    eventModel({ tables: [table], eventSources: [streamSource(source)], ...overrides });

  async function started(
    invoker: FunctionInvoker,
    app: EventModel,
    dataDir: string | null = null,
    more: Partial<EventSourcesOptions> = {},
  ) {
    const { log, lines } = logKept();
    const queues = createQueueService({
      queues: app.queues,
      accountId: ACCOUNT,
      dataDir: null,
      onFailure: () => undefined,
    });
    const sources = createEventSources({
      model: app,
      databaseUrl: engine.url,
      queues,
      invoker,
      dataDir,
      log,
      ...more,
    });
    open.push(sources);
    await sources.start();
    return { sources, queues, lines };
  }

  return { db: () => db, table: () => table, put, model, started };
}
