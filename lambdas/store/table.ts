import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBDocumentClient, QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Consistency } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import type { Item } from "./items.ts";
import type { Key } from "./keys.ts";

/** The table and the client to reach it with; what every store is made of. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

const BATCH_LIMIT = 100;
const BATCH_TRIES = 8;

/** Reads one item by key; null where there is none. */
export async function getItem(table: Table, key: Key, consistency: Consistency): Promise<Item | null> {
  const { Item: item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: consistency === "strong" }),
  );
  return item ?? null;
}

/** Reads any number of items by key, in no order; those that do not exist are missing. */
export async function getItems(
  table: Table,
  keys: readonly Key[],
  consistency: Consistency,
): Promise<readonly Item[]> {
  const chunks: Key[][] = [];
  for (let start = 0; start < keys.length; start += BATCH_LIMIT) {
    chunks.push(keys.slice(start, start + BATCH_LIMIT));
  }
  return (await Promise.all(chunks.map((chunk) => getChunk(table, chunk, consistency)))).flat();
}

async function getChunk(table: Table, keys: Key[], consistency: Consistency): Promise<readonly Item[]> {
  const items: Item[] = [];
  let pending: Record<string, unknown>[] = keys.map((key) => ({ ...key }));
  for (let tries = 0; pending.length > 0; tries += 1) {
    if (tries === BATCH_TRIES) throw new Error(`${pending.length} keys stayed unprocessed.`);
    // A batch answers in part when throttled or above 16 MB.
    if (tries > 1) await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries));
    const { Responses, UnprocessedKeys } = await table.client.send(
      new BatchGetCommand({
        RequestItems: { [table.name]: { Keys: pending, ConsistentRead: consistency === "strong" } },
      }),
    );
    items.push(...(Responses?.[table.name] ?? []));
    pending = UnprocessedKeys?.[table.name]?.Keys ?? [];
  }
  return items;
}

/** Every page of a query, up to `limit` items (`Infinity`: all). */
export async function queryItems(
  table: Table,
  input: Omit<QueryCommandInput, "TableName" | "Limit">,
  limit: number,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start = input.ExclusiveStartKey;
  do {
    const page = await table.client.send(
      new QueryCommand({
        ...input,
        TableName: table.name,
        ...(start ? { ExclusiveStartKey: start } : {}),
        ...(limit === Infinity ? {} : { Limit: limit - items.length }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start && items.length < limit);
  return items;
}

/** Some of one partition's items, in the order of their sort keys, every page of them. */
export interface Part {
  readonly pk: string;
  /** Between two bounds, both inclusive, or all that begin so. */
  readonly sk: readonly [string, string] | string;
  readonly consistency: Consistency;
  readonly limit?: number;
  readonly backwards?: boolean;
  /** The attributes wanted; all cost the same as one. */
  readonly only?: readonly string[];
}

export function queryPart(
  table: Table,
  { pk, sk, consistency, limit = Infinity, backwards = false, only }: Part,
): Promise<readonly Item[]> {
  const e = new Expression();
  const key = e.path("sk");
  const within =
    typeof sk === "string"
      ? `begins_with(${key}, ${e.value(sk)})`
      : `${key} BETWEEN ${e.value(sk[0])} AND ${e.value(sk[1])}`;
  const projection = only && { ProjectionExpression: only.map((name) => e.path(name)).join(", ") };
  return queryItems(
    table,
    {
      ...projection,
      KeyConditionExpression: `${e.path("pk")} = ${e.value(pk)} AND ${within}`,
      ...e.attributes(),
      ScanIndexForward: !backwards,
      ConsistentRead: consistency === "strong",
    },
    limit,
  );
}

/**
 * Runs a conditional write: what stood in its way comes back as a value. `item` is null where there was
 * none. Any other error is thrown.
 */
export async function conditionally<T>(
  write: Promise<T>,
): Promise<{ readonly ok: true; readonly result: T } | { readonly ok: false; readonly item: Item | null }> {
  try {
    return { ok: true, result: await write };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The document client leaves errors as they came: their item is still in DynamoDB's own notation.
    return { ok: false, item: error.Item ? unmarshall(error.Item) : null };
  }
}
