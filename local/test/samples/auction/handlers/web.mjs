import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE;

export async function handler(event) {
  if (event.routeKey === "POST /lots") {
    const { title, from = 0, endsAt = Date.now() + 3_600_000 } = JSON.parse(event.body);
    const lot = randomUUID();
    const Item = { pk: `LOT#${lot}`, sk: "LOT", state: "open", title, price: from, endsAt };
    await db.send(new PutCommand({ TableName, Item }));
    return { statusCode: 201, body: JSON.stringify({ lot }) };
  }
  const { Items } = await db.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :lot",
      ExpressionAttributeValues: { ":lot": `LOT#${event.pathParameters.lot}` },
    }),
  );
  const found = Items.find(({ sk }) => sk === "LOT");
  if (!found) return { statusCode: 404 };
  const { title, price, leader } = found;
  // Without a status, what a handler returns is the body.
  return { title, price, leader, watchers: Items.length - 1 };
}
