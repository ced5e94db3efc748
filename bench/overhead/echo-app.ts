import { App, Stack } from "aws-cdk-lib";
import { HttpApi, HttpMethod, WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";

/** Answers with the frame's id and with its own duration. */
const ECHO = `
exports.handler = async ({ body, requestContext }) => {
  const begun = performance.now();
  const { id } = requestContext.eventType === "MESSAGE" ? JSON.parse(body) : {};
  return { statusCode: 200, body: JSON.stringify({ id, handlerMs: performance.now() - begun }) };
};`;

/** An app whose function answers at once: what is left of a round trip is the local cloud's. */
export function synthesizeEcho(outdir: string): void {
  const stack = new Stack(new App({ outdir }), "Echo");
  const echo = new Lambda(stack, "Echo", {
    code: Code.fromInline(ECHO),
    handler: "index.handler",
    runtime: Runtime.NODEJS_22_X,
    memorySize: 512,
  });
  const webSocketApi = new WebSocketApi(stack, "Sockets", {
    connectRouteOptions: { integration: new WebSocketLambdaIntegration("Connect", echo) },
  });
  webSocketApi.addRoute("echo", {
    integration: new WebSocketLambdaIntegration("Frame", echo),
    returnResponse: true,
  });
  new WebSocketStage(stack, "Live", { webSocketApi, stageName: "live", autoDeploy: true });
  new HttpApi(stack, "Http").addRoutes({
    path: "/echo",
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration("Request", echo),
  });
  const app = stack.node.root as App;
  app.synth();
}
