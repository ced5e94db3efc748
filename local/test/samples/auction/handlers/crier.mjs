import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";

const floor = new ApiGatewayManagementApiClient({ endpoint: process.env.FLOOR });

export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    const { connections, news } = JSON.parse(body);
    const told = await Promise.allSettled(
      connections.map((ConnectionId) =>
        floor.send(new PostToConnectionCommand({ ConnectionId, Data: JSON.stringify(news) })),
      ),
    );
    const failed = told.filter(
      ({ status, reason }) => status === "rejected" && reason.name !== "GoneException",
    );
    if (failed.length > 0) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}
