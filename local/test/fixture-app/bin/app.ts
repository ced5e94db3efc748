import { buildSync } from "esbuild";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  App,
  Duration,
  RemovalPolicy,
  Stack,
  aws_apigatewayv2 as apigw,
  aws_dynamodb as dynamodb,
} from "aws-cdk-lib";
import { CfnIntegrationResponse } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer, WebSocketLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import {
  HttpLambdaIntegration,
  WebSocketLambdaIntegration,
  WebSocketMockIntegration,
} from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Code, Function as Lambda, Runtime, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";

/**
 * A tiny app that uses each thing the local cloud serves: two stacks, HTTP and WebSocket APIs, both
 * authorizers, a mock, a table with stream and TTL, a queue with dead letters, a schedule.
 */
const app = new App();
const setting = (key: string): string | undefined => app.node.tryGetContext(key) as string | undefined;
const greeting = setting("greeting") ?? "hello";
if (greeting === "forbidden") throw new Error("The setting `greeting` may not be forbidden.");

const built = mkdtempSync(join(tmpdir(), "fixture-app-"));
buildSync({
  entryPoints: [join(import.meta.dirname, "../lambdas/functions.ts")],
  outfile: join(built, "functions.js"),
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "silent",
});
const code = Code.fromAsset(built);

const data = new Stack(app, "Data");
const table = new dynamodb.Table(data, "Notes", {
  partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
  sortKey: { name: "sk", type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
  timeToLiveAttribute: "expiresAt",
  removalPolicy: RemovalPolicy.RETAIN,
});
table.addGlobalSecondaryIndex({
  indexName: "by-time",
  partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
  sortKey: { name: "time", type: dynamodb.AttributeType.NUMBER },
  projectionType: dynamodb.ProjectionType.KEYS_ONLY,
});

const messaging = new Stack(app, "Messaging");
const deadLetters = new Queue(messaging, "DeadLetters");
const queue = new Queue(messaging, "Jobs", {
  visibilityTimeout: Duration.seconds(30),
  deadLetterQueue: { queue: deadLetters, maxReceiveCount: 3 },
});
const lambda = (name: string, environment: Record<string, string> = {}): Lambda =>
  new Lambda(messaging, name, {
    runtime: Runtime.NODEJS_22_X,
    handler: `functions.${name[0]?.toLowerCase() ?? ""}${name.slice(1)}`,
    code,
    timeout: Duration.seconds(5),
    memorySize: 256,
    environment: { TABLE_NAME: table.tableName, GREETING: greeting, ...environment },
  });

const socketApi = new apigw.WebSocketApi(messaging, "SocketApi", {
  routeSelectionExpression: "$request.body.action",
});
const stage = new apigw.WebSocketStage(messaging, "SocketStage", {
  webSocketApi: socketApi,
  stageName: "live",
  autoDeploy: true,
});
const sockets = lambda("Sockets", { CALLBACK_URL: stage.callbackUrl, QUEUE_URL: queue.queueUrl });
const worker = lambda("Worker", { CALLBACK_URL: stage.callbackUrl });
table.grantReadWriteData(sockets);
queue.grantSendMessages(sockets);
for (const fn of [sockets, worker]) stage.grantManagementApiAccess(fn);
const issuer = "https://issuer.fixture.local";
const gatekeeper = lambda("Gatekeeper", { ISSUER: issuer });
const web = lambda("Web", { SOCKET_URL: stage.url });
for (const fn of [web, worker]) table.grantReadWriteData(fn);

const toSockets = (id: string): WebSocketLambdaIntegration => new WebSocketLambdaIntegration(id, sockets);
socketApi.addRoute("$connect", {
  integration: toSockets("Connect"),
  authorizer: new WebSocketLambdaAuthorizer("Gate", gatekeeper, { identitySource: [] }),
});
socketApi.addRoute("$disconnect", { integration: toSockets("Disconnect") });
socketApi.addRoute("note", { integration: toSockets("Note"), returnResponse: true });
socketApi.addRoute("later", { integration: toSockets("Later"), returnResponse: true });
const pingRoute = socketApi.addRoute("ping", {
  integration: new WebSocketMockIntegration("Ping", {
    requestTemplates: { "200": '{"statusCode":200}' },
    templateSelectionExpression: "200",
  }),
  returnResponse: true,
});
const pingIntegration = pingRoute.node.findChild("Ping").node.defaultChild as apigw.CfnIntegration;
new CfnIntegrationResponse(messaging, "PingAnswer", {
  apiId: socketApi.apiId,
  integrationId: pingIntegration.ref,
  integrationResponseKey: "$default",
  responseTemplates: { "200": '{"type":"pong"}' },
  templateSelectionExpression: "200",
});

const httpApi = new apigw.HttpApi(messaging, "HttpApi", {
  corsPreflight: {
    allowOrigins: ["*"],
    allowMethods: [apigw.CorsHttpMethod.GET, apigw.CorsHttpMethod.POST],
    allowHeaders: ["authorization"],
  },
});
const jwt = new HttpJwtAuthorizer("Jwt", issuer, { jwtAudience: ["fixture"] });
httpApi.addRoutes({
  path: "/notes/{id}",
  methods: [apigw.HttpMethod.GET],
  integration: new HttpLambdaIntegration("Read", web),
  authorizer: jwt,
});
httpApi.addRoutes({
  path: "/open",
  methods: [apigw.HttpMethod.GET],
  integration: new HttpLambdaIntegration("Open", web),
});

const insertsOfNotes = { eventName: ["INSERT"], dynamodb: { Keys: { pk: { S: [{ prefix: "N#" }] } } } };
worker.addEventSource(
  new DynamoEventSource(table as dynamodb.ITable, {
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 10,
    retryAttempts: 2,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    onFailure: new SqsDlq(deadLetters),
    filters: [{ pattern: JSON.stringify(insertsOfNotes) }],
  }),
);
worker.addEventSource(new SqsEventSource(queue, { batchSize: 5, reportBatchItemFailures: true }));
new Rule(messaging, "Tick", {
  schedule: Schedule.rate(Duration.minutes(1)),
  targets: [new LambdaFunction(worker, { event: RuleTargetInput.fromObject({ type: "tick" }) })],
});
