import { DynamoDBClient, QueryCommand, ScanCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { TableModel } from "../assembly/model.ts";
import { clientSettings } from "../database/client-settings.ts";

/** A page of a table's items, for people to look at. */
export interface TablePage {
  /** Plain values: sets as lists, binary in base64, numbers too long for a double as strings. */
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

export interface TablePages {
  /** The items of one partition in the order of their sort key, or of the whole table in none. */
  read(table: TableModel, pk: string | null, cursor: Cursor | null): Promise<TablePage>;
  close(): void;
}

export type Cursor = Record<string, AttributeValue>;

const PAGE = 50;

export function openTablePages(engineUrl: string, region: string): TablePages {
  const client = new DynamoDBClient(clientSettings(engineUrl, region));
  return {
    read: async (table, pk, cursor) => {
      const page = {
        TableName: table.name,
        Limit: PAGE,
        ConsistentRead: true,
        ...(cursor === null ? {} : { ExclusiveStartKey: cursor }),
      };
      const { Items: items = [], LastEvaluatedKey: last } = await (pk === null
        ? client.send(new ScanCommand(page))
        : client.send(
            new QueryCommand({
              ...page,
              KeyConditionExpression: "#pk = :pk",
              ExpressionAttributeNames: { "#pk": hashKey(table) },
              ExpressionAttributeValues: { ":pk": keyValue(table, pk) },
            }),
          ));
      return { items: items.map(toPlain), nextCursor: last === undefined ? null : encodeCursor(last) };
    },
    close: () => client.destroy(),
  };
}

/** Null for what no earlier page gave out for this table. */
export function decodeCursor(text: string, table: TableModel): Cursor | null {
  try {
    const parsed = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as unknown;
    if (typeof parsed !== "object" || parsed === null) return null;
    const names = Object.keys(parsed).sort();
    const expected = table.key.map(({ name }) => name).sort();
    if (names.join() !== expected.join()) return null;
    const key = Object.entries(parsed as Record<string, { S?: string; N?: string; B?: string }>);
    return Object.fromEntries(key.map(([name, { S, N, B }]) => [name, attribute(S, N, B)]));
  } catch {
    return null;
  }
}

function encodeCursor(key: Cursor): string {
  const members = Object.entries(key).map(([name, { S, N, B }]) => {
    return [name, { S, N, B: B === undefined ? undefined : Buffer.from(B).toString("base64") }];
  });
  return Buffer.from(JSON.stringify(Object.fromEntries(members))).toString("base64url");
}

/** Of the three types a key can have. */
function attribute(S: string | undefined, N: string | undefined, B: string | undefined): AttributeValue {
  if (B !== undefined) return { B: Buffer.from(B, "base64") };
  return N === undefined ? { S: S ?? "" } : { N };
}

function hashKey(table: TableModel): string {
  return table.key.find(({ role }) => role === "HASH")?.name ?? "";
}

function keyValue(table: TableModel, text: string): AttributeValue {
  switch (table.attributes.find(({ name }) => name === hashKey(table))?.type) {
    case "N":
      return { N: text };
    case "B":
      return { B: Buffer.from(text, "base64") };
    case "S":
    case undefined:
      return { S: text };
  }
}

function toPlain(item: Record<string, AttributeValue>): unknown {
  const wrapNumbers = (digits: string): number | string =>
    String(Number(digits)) === digits ? Number(digits) : digits;
  return plain(unmarshall(item, { wrapNumbers }));
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Set) return [...(value as Set<unknown>)].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
