import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  type KeySchemaElement,
  type Projection,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import type { KeyPart, TableModel } from "../assembly/model.ts";
import { clientSettings } from "./client-settings.ts";

export type ProvisionOutcome =
  | { readonly type: "ready"; readonly created: readonly string[] }
  /** A table exists in another shape; one sentence that names what differs and the data to delete. */
  | { readonly type: "differs"; readonly message: string };

const ACTIVE_LIMIT_MS = 30_000;

/** Creates the tables that do not exist yet; changes nothing of those that do but their TTL attribute. */
export async function provisionTables(options: {
  readonly url: string;
  readonly region: string;
  readonly tables: readonly TableModel[];
  /** Named in the message where an existing table does not fit. */
  readonly dataDir: string | null;
}): Promise<ProvisionOutcome> {
  const client = new DynamoDBClient(clientSettings(options.url, options.region));
  try {
    const created: string[] = [];
    for (const table of options.tables) {
      const existing = await describe(client, table.name);
      if (existing === undefined) {
        await create(client, table);
        created.push(table.name);
      } else {
        const difference = firstDifference(table, existing);
        if (difference !== undefined) {
          const where = options.dataDir === null ? `the data at ${options.url}` : options.dataDir;
          const message = `The stored table ${table.name} has other ${difference} than the app's: delete ${where} to start anew.`;
          return { type: "differs", message };
        }
      }
      await setTtl(client, table);
    }
    return { type: "ready", created };
  } finally {
    client.destroy();
  }
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(client: DynamoDBClient, table: TableModel): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: table.name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: table.attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      KeySchema: keySchema(table.key),
      ...(table.indexes.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: table.indexes.map(({ name, key, projection }) => ({
              IndexName: name,
              KeySchema: keySchema(key),
              Projection: {
                ProjectionType: projection.type,
                ...(projection.attributes === undefined
                  ? {}
                  : { NonKeyAttributes: [...projection.attributes] }),
              },
            })),
          }),
      ...(table.streamView === undefined
        ? {}
        : { StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamView } }),
    }),
  );
  const end = Date.now() + ACTIVE_LIMIT_MS;
  while ((await describe(client, table.name))?.TableStatus !== "ACTIVE") {
    if (Date.now() > end) throw new Error(`The table ${table.name} does not become active`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function setTtl(client: DynamoDBClient, table: TableModel): Promise<void> {
  if (table.ttlAttribute === undefined) return;
  const answer = await client.send(new DescribeTimeToLiveCommand({ TableName: table.name }));
  const { TimeToLiveStatus: status, AttributeName: attribute } = answer.TimeToLiveDescription ?? {};
  const isOn = status === "ENABLED" || status === "ENABLING";
  if (isOn && attribute === table.ttlAttribute) return;
  const set = (name: string, enabled: boolean) =>
    client.send(
      new UpdateTimeToLiveCommand({
        TableName: table.name,
        TimeToLiveSpecification: { AttributeName: name, Enabled: enabled },
      }),
    );
  if (isOn && attribute !== undefined) await set(attribute, false);
  await set(table.ttlAttribute, true);
}

function firstDifference(table: TableModel, existing: TableDescription): string | undefined {
  const types = new Map(existing.AttributeDefinitions?.map((a) => [a.AttributeName, a.AttributeType]));
  const withTypes = (key: readonly KeyPart[]): string =>
    describeKey(
      key.map(({ name, role }) => [name, role, table.attributes.find((a) => a.name === name)?.type]),
    );
  const storedKey = (key: readonly KeySchemaElement[] | undefined): string =>
    describeKey((key ?? []).map((k) => [k.AttributeName, k.KeyType, types.get(k.AttributeName)]));

  if (withTypes(table.key) !== storedKey(existing.KeySchema)) return "keys";
  const wanted = table.indexes.map(
    ({ name, key, projection }) =>
      `${name} ${withTypes(key)} ${describeProjection(projection.type, projection.attributes)}`,
  );
  const stored = (existing.GlobalSecondaryIndexes ?? []).map(
    ({ IndexName: name, KeySchema: key, Projection: projection }) =>
      `${name} ${storedKey(key)} ${describeStoredProjection(projection)}`,
  );
  if (wanted.sort().join("; ") !== stored.sort().join("; ")) return "indexes";
  const stream = existing.StreamSpecification;
  const view = stream?.StreamEnabled === true ? stream.StreamViewType : undefined;
  if (view !== table.streamView) return "stream settings";
  return undefined;
}

function keySchema(key: readonly KeyPart[]): KeySchemaElement[] {
  return key.map(({ name, role }) => ({ AttributeName: name, KeyType: role }));
}

function describeKey(parts: readonly (readonly (string | undefined)[])[]): string {
  return parts
    .map((part) => part.join(":"))
    .sort()
    .join(",");
}

function describeStoredProjection(projection: Projection | undefined): string {
  return describeProjection(projection?.ProjectionType, projection?.NonKeyAttributes);
}

function describeProjection(type: string | undefined, attributes: readonly string[] | undefined): string {
  return `${type}[${[...(attributes ?? [])].sort().join(",")}]`;
}
