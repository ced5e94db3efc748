import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DeleteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";

const database = new DynamoDBClient({ region: process.env.AWS_REGION });
const documents = DynamoDBDocumentClient.from(database);
const { TABLE_NAME } = process.env;

export const handler = async (event) => {
  const connections = await documents.send(
    new ScanCommand({ TableName: TABLE_NAME, ProjectionExpression: "connectionId" }),
  );

  const management = new ApiGatewayManagementApiClient({
    endpoint: `https://${event.requestContext.domainName}/${event.requestContext.stage}`,
  });
  const { data } = JSON.parse(event.body);

  await Promise.all(
    connections.Items.map(async ({ connectionId }) => {
      try {
        await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
      } catch (error) {
        if (error.$metadata?.httpStatusCode !== 410) throw error;
        const Key = { connectionId: { S: connectionId } };
        await database.send(new DeleteItemCommand({ TableName: TABLE_NAME, Key }));
      }
    }),
  );
  return { statusCode: 200, body: "Data sent." };
};
