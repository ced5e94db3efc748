import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { join } from "node:path";

/** The chat nearly every introduction to WebSocket APIs begins with: whoever writes is heard by all. */
const stack = new Stack(new App(), "SimpleChat");

const table = new Table(stack, "Connections", {
  tableName: "simplechat_connections",
  partitionKey: { name: "connectionId", type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});
const api = new WebSocketApi(stack, "Chat", { routeSelectionExpression: "$request.body.action" });

for (const [routeKey, folder] of [
  ["$connect", "connect"],
  ["$disconnect", "disconnect"],
  ["sendmessage", "sendmessage"],
] as const) {
  const handler = new Lambda(stack, folder, {
    code: Code.fromAsset(join(import.meta.dirname, "../functions", folder)),
    handler: "app.handler",
    runtime: Runtime.NODEJS_22_X,
    memorySize: 256,
    environment: { TABLE_NAME: table.tableName },
  });
  table.grantReadWriteData(handler);
  api.grantManageConnections(handler);
  api.addRoute(routeKey, { integration: new WebSocketLambdaIntegration(`To-${folder}`, handler) });
}
const stage = new WebSocketStage(stack, "Prod", { webSocketApi: api, stageName: "Prod", autoDeploy: true });
new CfnOutput(stack, "Url", { value: stage.url });
