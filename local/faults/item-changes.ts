import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import type { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { TableModel } from "../assembly/model.ts";
import { findStream, lastSequenceNumber, listShards, openShard } from "../events/stream-reader.ts";
import type { ShardReader } from "../events/stream-reader.ts";

type Attributes = Readonly<Record<string, AttributeValue>>;

/** An item as it stood from one moment on. */
export interface ItemChange {
  readonly table: string;
  readonly key: Attributes;
  /** Null: it was deleted. */
  readonly item: Attributes | null;
}

/** Whether a table's past can be followed: its stream must tell new images. */
export const tellsNewImages = ({ streamView }: TableModel): boolean => streamView?.startsWith("NEW") === true;

/** Every item of a table as it stands. */
export async function* currentItems(db: DynamoDBClient, table: TableModel): AsyncGenerator<ItemChange> {
  const pages = paginateScan({ client: db }, { TableName: table.name, ConsistentRead: true });
  for await (const { Items = [] } of pages) {
    for (const item of Items) yield { table: table.name, key: keyOf(item, table), item };
  }
}

/** Follows a table's stream from now on; each call gives what was written since the one before, in order. */
export async function followChanges(
  db: DynamoDBClient,
  streams: DynamoDBStreamsClient,
  table: TableModel,
): Promise<() => Promise<readonly ItemChange[]>> {
  const arn = await findStream(db, table.name);
  const readers = new Map<string, ShardReader>();
  const known = new Set<string>();
  const openShards = async (place: (shardId: string) => Promise<string | null>): Promise<void> => {
    for (const { ShardId: id } of await listShards(streams, arn)) {
      if (id === undefined || known.has(id)) continue;
      readers.set(id, openShard(streams, arn, id, await place(id)));
      known.add(id);
    }
  };
  await openShards((id) => lastSequenceNumber(streams, arn, id));
  return async () => {
    const changes: ItemChange[] = [];
    for (const [id, reader] of readers) {
      const { records, ended } = await reader.read(1_000);
      for (const { dynamodb } of records) {
        if (dynamodb?.Keys === undefined) continue;
        // The two clients have a type of their own each for the same values.
        const item = dynamodb.NewImage ?? null;
        changes.push({ table: table.name, key: dynamodb.Keys, item });
      }
      if (ended) {
        readers.delete(id);
        await openShards(() => Promise.resolve(null));
      }
    }
    return changes;
  };
}

const keyOf = (item: Attributes, table: TableModel): Attributes =>
  Object.fromEntries(table.key.map(({ name }) => [name, item[name] as AttributeValue]));
