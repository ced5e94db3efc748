import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sqs = new SQSClient({});
const TableName = process.env["TABLE"];

interface SocketEvent {
  readonly body?: string;
  readonly requestContext: {
    readonly routeKey: string;
    readonly connectionId: string;
    readonly authorizer?: { readonly bidder?: string };
  };
}

export async function handler({ body, requestContext }: SocketEvent): Promise<unknown> {
  const { routeKey, connectionId, authorizer } = requestContext;
  switch (routeKey) {
    case "$connect":
      return { statusCode: 200 };
    case "$disconnect":
      await leaveAll(connectionId);
      return { statusCode: 200 };
    case "watch":
      await watch(connectionId, JSON.parse(body ?? "") as { lot: string });
      return { statusCode: 200 };
    case "bid":
      return answer(
        await bid(authorizer?.bidder ?? "", JSON.parse(body ?? "") as { lot: string; amount: number }),
      );
    default:
      return answer({ type: "unheard" });
  }
}

const answer = (value: unknown) => ({ statusCode: 200, body: JSON.stringify(value) });

async function watch(connectionId: string, { lot }: { lot: string }): Promise<void> {
  const pair = [
    { pk: `LOT#${lot}`, sk: `WATCHER#${connectionId}` },
    { pk: `WATCHER#${connectionId}`, sk: `LOT#${lot}` },
  ];
  await Promise.all(pair.map((Item) => db.send(new PutCommand({ TableName, Item }))));
}

async function bid(bidder: string, { lot, amount }: { lot: string; amount: number }): Promise<unknown> {
  try {
    await db.send(
      new UpdateCommand({
        TableName,
        Key: { pk: `LOT#${lot}`, sk: "LOT" },
        UpdateExpression: "SET price = :amount, leader = :bidder",
        ConditionExpression: "#state = :open AND price < :amount",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":amount": amount, ":bidder": bidder, ":open": "open" },
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { type: "bid", accepted: false };
    throw error;
  }
  const watchers = await db.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :lot AND begins_with(sk, :watcher)",
      ExpressionAttributeValues: { ":lot": `LOT#${lot}`, ":watcher": "WATCHER#" },
    }),
  );
  const connections = (watchers.Items ?? []).map((item) => String(item["sk"]).slice("WATCHER#".length));
  const MessageBody = JSON.stringify({ connections, news: { type: "news", lot, amount, bidder } });
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env["CALLS"], MessageBody }));
  return { type: "bid", accepted: true };
}

async function leaveAll(connectionId: string): Promise<void> {
  const watched = await db.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :watcher",
      ExpressionAttributeValues: { ":watcher": `WATCHER#${connectionId}` },
    }),
  );
  for (const { sk } of watched.Items ?? []) {
    await db.send(new DeleteCommand({ TableName, Key: { pk: String(sk), sk: `WATCHER#${connectionId}` } }));
  }
}
