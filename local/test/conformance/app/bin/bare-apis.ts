import { Duration, type Stack } from "aws-cdk-lib";
import * as apigw from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";

export function addBareApis(stack: Stack, actor: IFunction): void {
  const sockets = new apigw.WebSocketApi(stack, "SocketApi", {
    routeSelectionExpression: "$request.body.meta.kind",
  });
  new apigw.WebSocketStage(stack, "Stage", { webSocketApi: sockets, stageName: "live", autoDeploy: true });
  const to = (id: string): WebSocketLambdaIntegration => new WebSocketLambdaIntegration(id, actor);
  sockets.addRoute("$connect", {
    integration: new WebSocketLambdaIntegration("Connect", actor, { timeout: Duration.seconds(3) }),
  });
  sockets.addRoute("$disconnect", { integration: to("Disconnect") });
  sockets.addRoute("nested", { integration: to("Nested"), returnResponse: true });

  const api = new apigw.HttpApi(stack, "HttpApi", {
    defaultIntegration: new HttpLambdaIntegration("Fallback", actor),
  });
  const integration = new HttpLambdaIntegration("Full", actor);
  api.addRoutes({ path: "/full/match", methods: [apigw.HttpMethod.GET], integration });
  api.addRoutes({ path: "/full/{proxy+}", methods: [apigw.HttpMethod.ANY], integration });
}
