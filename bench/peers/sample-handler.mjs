import { randomUUID } from "node:crypto";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";

/*
 * A send as public samples of chats on API Gateway and DynamoDB have it: one table an entity, a membership read, one
 * transaction over everything a send touches, connections by an index, pushes one after the other, clients and build at
 * their defaults. Its faults are its own to show, not mended here: no repeat is known, no order promised.
 */

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const api = new ApiGatewayManagementApiClient({ endpoint: process.env.CALLBACK_URL });

export async function handler(event) {
  const { conversationId, content } = JSON.parse(event.body);
  const senderId = event.requestContext.authorizer.principalId;
  const { Item: conversation } = await documents.send(
    new GetCommand({ TableName: "sample-conversations", Key: { conversationId } }),
  );
  if (!conversation?.participants.includes(senderId)) return { statusCode: 403 };

  const createdAt = new Date().toISOString();
  const message = { conversationId, messageId: `${createdAt}#${randomUUID()}`, senderId, content, createdAt };
  await documents.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName: "sample-messages", Item: message } },
        {
          Update: {
            TableName: "sample-conversations",
            Key: { conversationId },
            UpdateExpression: "SET lastMessage = :message, lastMessageAt = :at",
            ExpressionAttributeValues: { ":message": content, ":at": createdAt },
          },
        },
        ...conversation.participants.map((userId) => ({
          Update: {
            TableName: "sample-inboxes",
            Key: { userId, conversationId },
            UpdateExpression: "SET lastMessageAt = :at, lastMessage = :message ADD unread :one",
            ExpressionAttributeValues: {
              ":at": createdAt,
              ":message": content,
              ":one": userId === senderId ? 0 : 1,
            },
          },
        })),
      ],
    }),
  );

  const queries = conversation.participants.map((userId) =>
    documents.send(
      new QueryCommand({
        TableName: "sample-connections",
        IndexName: "by-user",
        KeyConditionExpression: "userId = :userId",
        ExpressionAttributeValues: { ":userId": userId },
      }),
    ),
  );
  const connections = (await Promise.all(queries)).flatMap(({ Items }) => Items);
  for (const { connectionId } of connections) {
    if (connectionId === event.requestContext.connectionId) continue;
    await api.send(
      new PostToConnectionCommand({
        ConnectionId: connectionId,
        Data: JSON.stringify({ type: "new_message", message }),
      }),
    );
  }
  return { statusCode: 200, body: JSON.stringify({ type: "ack", message }) };
}
