import { BatchWriteCommand, DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { withoutDefaults } from "../../lambdas/store/items.ts";
import { headKey, inboxKey, messageKey } from "../../lambdas/store/keys.ts";
import type { RunningCloud } from "./start-parley.ts";
import { aMessage } from "./made-records.ts";

const MOST_OF_A_BATCH = 25;

export interface SeededMessage {
  readonly senderId: string;
  readonly content: string;
  /** In milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface SeededHistory {
  readonly conversationId: string;
  /** Both participants, in the order of the head. */
  readonly userIds: readonly [string, string];
  readonly messages: readonly SeededMessage[];
  /** How many each has read, in the same order. */
  readonly readSeqs: readonly [number, number];
}

/**
 * Fills an empty conversation in a local cloud's database as its sends would have: for histories so long, or so
 * old, that nobody can send them.
 */
export async function seedHistory(cloud: RunningCloud, history: SeededHistory): Promise<void> {
  const raw = new DynamoDBClient({
    endpoint: cloud.databaseUrl,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const client = DynamoDBDocumentClient.from(raw);
  try {
    await write(client, await tableOf(cloud), history);
  } finally {
    raw.destroy();
  }
}

async function tableOf({ httpUrl }: RunningCloud): Promise<string> {
  const state = (await (await fetch(`${httpUrl}/_local/state`)).json()) as {
    readonly tables: readonly { readonly name: string }[];
  };
  const [table, ...others] = state.tables;
  if (!table || others.length > 0) throw new Error("The cloud has not one table.");
  return table.name;
}

async function write(client: DynamoDBDocumentClient, table: string, history: SeededHistory): Promise<void> {
  const { conversationId, messages, userIds, readSeqs } = history;
  const items = messages.map((message, index) => {
    const {
      seq,
      clientMessageId: _none,
      ...record
    } = aMessage({ conversationId, seq: index + 1, ...message });
    return { ...messageKey(conversationId, seq), ...withoutDefaults(record) };
  });
  for (let at = 0; at < items.length; at += MOST_OF_A_BATCH) {
    const puts = items.slice(at, at + MOST_OF_A_BATCH).map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = await client.send(
      new BatchWriteCommand({ RequestItems: { [table]: puts } }),
    );
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error("Not all was written.");
  }
  const last = messages.at(-1);
  if (!last) throw new Error("There is nothing to seed.");
  const { senderId, content, createdAt } = last;
  const values: Record<string, unknown> = {
    participants: userIds.map((id, index) => ({
      id,
      readSeq: readSeqs[index],
      readAt: createdAt,
      stepSeq: 0,
    })),
    lastSeq: messages.length,
    lastMessage: { seq: messages.length, senderId, content, truncated: false, createdAt },
    lastMessageAt: createdAt,
    activityAt: createdAt,
    largest: Math.max(...messages.map((message) => Buffer.byteLength(message.content))),
  };
  await set(client, table, headKey(conversationId), values);
  for (const id of userIds) await set(client, table, inboxKey(id, conversationId), { activity: createdAt });
}

async function set(
  client: DynamoDBDocumentClient,
  table: string,
  key: object,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const names = Object.keys(values);
  await client.send(
    new UpdateCommand({
      TableName: table,
      Key: key as Record<string, unknown>,
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
    }),
  );
}
