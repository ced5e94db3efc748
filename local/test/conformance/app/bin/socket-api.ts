import { Duration, type Stack } from "aws-cdk-lib";
import * as apigw from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import {
  WebSocketLambdaIntegration,
  WebSocketMockIntegration,
} from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";

export function addSocketApi(
  stack: Stack,
  { actor, brief, gatekeeper }: Record<"actor" | "brief" | "gatekeeper", IFunction>,
): void {
  const api = new apigw.WebSocketApi(stack, "SocketApi", {
    routeSelectionExpression: "$request.body.action",
  });
  new apigw.WebSocketStage(stack, "SocketStage", { webSocketApi: api, stageName: "live", autoDeploy: true });
  const to = (id: string, fn: IFunction = actor): WebSocketLambdaIntegration =>
    new WebSocketLambdaIntegration(id, fn);

  api.addRoute("$connect", {
    integration: to("Connect"),
    authorizer: new WebSocketLambdaAuthorizer("Gate", gatekeeper, {
      identitySource: ["route.request.header.X-User"],
    }),
  });
  api.addRoute("$disconnect", { integration: to("Disconnect") });
  api.addRoute("$default", { integration: to("Fallback"), returnResponse: true });
  api.addRoute("answered", { integration: to("Answered"), returnResponse: true });
  api.addRoute("one-way", { integration: to("OneWay") });
  api.addRoute("brief", { integration: to("Brief", brief), returnResponse: true });
  api.addRoute("hasty", {
    integration: new WebSocketLambdaIntegration("Hasty", actor, { timeout: Duration.millis(400) }),
    returnResponse: true,
  });

  const checked = api.addRoute("checked", { integration: to("Checked"), returnResponse: true });
  new apigw.CfnModel(stack, "CheckedModel", {
    apiId: api.apiId,
    name: "CheckedModel",
    contentType: "application/json",
    schema: {
      $schema: "http://json-schema.org/draft-04/schema#",
      type: "object",
      properties: {
        action: { type: "string" },
        text: { type: "string", minLength: 1, maxLength: 5 },
        count: { type: "integer", minimum: 1 },
        tags: { type: "array", items: { enum: ["a", "b"] }, maxItems: 2 },
      },
      required: ["text"],
      additionalProperties: false,
    },
  });
  const checkedRoute = checked.node.defaultChild as apigw.CfnRoute;
  checkedRoute.modelSelectionExpression = "$default";
  checkedRoute.requestModels = { $default: "CheckedModel" };

  addMock(stack, api, "fixed", '{"type":"pong"}');
  addMock(
    stack,
    api,
    "echo",
    '{"said":$input.json(\'$.text\'),"raw":"$input.path(\'$.text\')","connection":"$context.connectionId"}',
  );
  addMock(stack, api, "mute", undefined);
}

/** The CDK makes no integration response by itself: without one a mock says nothing. */
function addMock(stack: Stack, api: apigw.WebSocketApi, key: string, template: string | undefined): void {
  const route = api.addRoute(key, {
    integration: new WebSocketMockIntegration(key, {
      requestTemplates: { "200": '{"statusCode":200}' },
      templateSelectionExpression: "200",
    }),
    returnResponse: true,
  });
  if (template === undefined) return;
  const integration = route.node.findChild(key).node.defaultChild as apigw.CfnIntegration;
  new apigw.CfnIntegrationResponse(stack, `${key}Answer`, {
    apiId: api.apiId,
    integrationId: integration.ref,
    integrationResponseKey: "$default",
    responseTemplates: { "200": template },
    templateSelectionExpression: "200",
  });
}
