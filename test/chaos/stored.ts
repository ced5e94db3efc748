import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { ChangeRecord } from "../../lambdas/chat/model/records.ts";
import { changeItem, readItem, type Item } from "../../lambdas/store/items.ts";
import { conversationPartition, parseChangeKey } from "../../lambdas/store/keys.ts";
import { queryItems } from "../../lambdas/store/table.ts";

/** Where the items themselves are read: the truth behind what anybody is told. */
export interface Database {
  readonly httpUrl: string;
  readonly databaseUrl: string;
}

/** What is stored of one conversation. */
export interface Stored {
  readonly items: readonly Item[];
  readonly changes: readonly ChangeRecord[];
  /** By seq, who has put what to it, as the items of those who did tell. */
  readonly reactors: ReadonlyMap<number, readonly (readonly [userId: string, emoji: string])[]>;
}

/** Reads a conversation's items, strongly consistent. */
export async function readStored(database: Database, conversationId: string): Promise<Stored> {
  const client = clientOf(database.databaseUrl);
  const items = await queryItems(
    { client, name: await tableOf(database) },
    {
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": conversationPartition(conversationId) },
      ConsistentRead: true,
    },
    Infinity,
  );
  const changes = items.flatMap((item): ChangeRecord[] => {
    const place = parseChangeKey({ pk: String(item["pk"]), sk: String(item["sk"]) });
    if (!place) return [];
    const { pk: _pk, sk: _sk, ...change } = readItem(changeItem, item);
    return [{ ...place, ...change }];
  });
  const reactors = new Map<number, (readonly [string, string])[]>();
  for (const { pk: _pk, sk, rev: _rev, userId, ...emojis } of items) {
    const [, seq] = /^T#(\d+)#/.exec(String(sk)) ?? [];
    if (seq === undefined) continue;
    const some = Object.keys(emojis).map((emoji) => [String(userId), emoji] as const);
    reactors.set(Number(seq), [...(reactors.get(Number(seq)) ?? []), ...some]);
  }
  return { items, changes, reactors };
}

const clients = new Map<string, DynamoDBDocumentClient>();
const tables = new Map<string, Promise<string>>();

function clientOf(endpoint: string): DynamoDBDocumentClient {
  const known = clients.get(endpoint);
  if (known) return known;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region: "us-east-1", credentials }),
  );
  clients.set(endpoint, client);
  return client;
}

async function tableOf({ httpUrl }: Database): Promise<string> {
  const known = tables.get(httpUrl);
  if (known) return known;
  const found = fetch(`${httpUrl}/_local/state`)
    .then((response) => response.json())
    .then((state) => (state as { tables: readonly { name: string }[] }).tables[0]!.name);
  tables.set(httpUrl, found);
  return found;
}
