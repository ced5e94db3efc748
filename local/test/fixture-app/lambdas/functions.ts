import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyResultV2,
  APIGatewayProxyWebsocketEventV2,
  DynamoDBStreamEvent,
  SQSEvent,
} from "aws-lambda";

const database = new DynamoDBClient({});
const sqs = new SQSClient({});
const TableName = process.env["TABLE_NAME"];

const push = (connectionId: string, frame: unknown): Promise<unknown> =>
  new ApiGatewayManagementApiClient({ endpoint: process.env["CALLBACK_URL"] ?? "" }).send(
    new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(frame) }),
  );

const put = (pk: string, text: string): Promise<unknown> =>
  database.send(
    new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: "-" }, text: { S: text } } }),
  );

export const gatekeeper = (event: { headers?: Record<string, string>; methodArn: string }): unknown => {
  const guest = event.headers?.["x-guest"];
  if (guest === undefined) throw new Error("Unauthorized");
  return {
    principalId: guest,
    context: { guest },
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: event.methodArn }],
    },
  };
};

type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  requestContext: { authorizer?: { principalId?: string } };
};

const guestOf = (event: SocketEvent): string | undefined => event.requestContext.authorizer?.principalId;

/** Routes: `note` stores a note (its stream event comes back as a push), `later` sends a queue message. */
export const sockets = async (event: SocketEvent): Promise<unknown> => {
  const { connectionId, routeKey } = event.requestContext;
  switch (routeKey) {
    case "note": {
      const { text } = JSON.parse(event.body ?? "{}") as { text: string };
      await put(`N#${connectionId}`, text);
      return { statusCode: 200, body: JSON.stringify({ type: "noted", greeting: process.env["GREETING"] }) };
    }
    case "later":
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: process.env["QUEUE_URL"],
          MessageBody: JSON.stringify({ connectionId }),
          DelaySeconds: 1,
        }),
      );
      return { statusCode: 200, body: JSON.stringify({ type: "queued" }) };
    case "$disconnect":
      if (guestOf(event) === "slow to leave") await new Promise((resolve) => setTimeout(resolve, 4_000));
      await put("LAST-GONE", connectionId);
      return { statusCode: 200 };
    default:
      return { statusCode: 200 };
  }
};

export const worker = async (
  event: DynamoDBStreamEvent | SQSEvent | { type: string },
): Promise<{ batchItemFailures: [] }> => {
  if (!("Records" in event)) {
    await put("TICK", event.type);
    return { batchItemFailures: [] };
  }
  for (const record of event.Records) {
    if ("dynamodb" in record) {
      const connectionId = record.dynamodb?.Keys?.["pk"]?.S?.slice(2) ?? "";
      await push(connectionId, { type: "streamed", text: record.dynamodb?.NewImage?.["text"]?.S });
    } else if ("body" in record) {
      const { connectionId } = JSON.parse(record.body) as { connectionId: string };
      await push(connectionId, { type: "delivered" });
    }
  }
  return { batchItemFailures: [] };
};

export const web = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> => {
  if (event.rawPath === "/open") {
    return { greeting: process.env["GREETING"], socketUrl: process.env["SOCKET_URL"] } as never;
  }
  const pk = event.pathParameters?.["id"] ?? "";
  const found = await database.send(
    new GetItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: "-" } }, ConsistentRead: true }),
  );
  const text = found.Item?.["text"]?.S;
  return { statusCode: text === undefined ? 404 : 200, body: JSON.stringify({ text }) };
};
