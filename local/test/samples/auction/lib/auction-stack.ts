import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  WebSocketApi,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { AttributeType, ProjectionType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { join } from "node:path";

const HERE = import.meta.dirname;

/** Only tells bidders from people who have not said who they are. */
const DOORMAN = `
exports.handler = async ({ methodArn, queryStringParameters: { bidder } }) => ({
  principalId: bidder,
  context: { bidder },
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{
      Action: "execute-api:Invoke",
      Effect: bidder === "shill" ? "Deny" : "Allow",
      Resource: methodArn,
    }],
  },
});`;

/** Inline code that relies on the SDK of Lambda's runtime. */
const AUCTIONEER = `
const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, QueryCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE;
exports.handler = async () => {
  const due = await db.send(new QueryCommand({
    TableName, IndexName: "by-end",
    KeyConditionExpression: "#state = :open AND endsAt < :now",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":open": "open", ":now": Date.now() },
  }));
  await Promise.all(due.Items.map(({ pk, sk }) => db.send(new UpdateCommand({
    TableName, Key: { pk, sk }, UpdateExpression: "REMOVE #state",
    ExpressionAttributeNames: { "#state": "state" },
  }))));
};`;

/** Live auctions: lots and bids over HTTP, bids and what happens over sockets. */
export class AuctionStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const table = new TableV2(this, "Lots", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: "by-end",
          partitionKey: { name: "state", type: AttributeType.STRING },
          sortKey: { name: "endsAt", type: AttributeType.NUMBER },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const unheard = new Queue(this, "Unheard");
    const calls = new Queue(this, "Calls", {
      visibilityTimeout: Duration.seconds(60),
      deadLetterQueue: { queue: unheard, maxReceiveCount: 3 },
    });

    const handlers = Code.fromAsset(join(HERE, "../handlers"));
    const runtime = Runtime.NODEJS_22_X;
    const sockets = new NodejsFunction(this, "Sockets", {
      entry: join(HERE, "../sockets/index.ts"),
      runtime,
      environment: { TABLE: table.tableName, CALLS: calls.queueUrl },
    });
    const web = new Lambda(this, "Web", {
      code: handlers,
      handler: "web.handler",
      runtime,
      environment: { TABLE: table.tableName },
    });
    const crier = new Lambda(this, "Crier", {
      code: handlers,
      handler: "crier.handler",
      runtime,
      timeout: Duration.seconds(10),
    });
    const doorman = new Lambda(this, "Doorman", {
      code: Code.fromInline(DOORMAN),
      handler: "index.handler",
      runtime,
    });
    const auctioneer = new Lambda(this, "Auctioneer", {
      code: Code.fromInline(AUCTIONEER),
      handler: "index.handler",
      runtime,
      environment: { TABLE: table.tableName },
    });

    const socketApi = new WebSocketApi(this, "Floor", {
      routeSelectionExpression: "$request.body.do",
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration("Enter", sockets),
        authorizer: new WebSocketLambdaAuthorizer("Door", doorman, {
          identitySource: ["route.request.querystring.bidder"],
        }),
      },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration("Leave", sockets) },
      defaultRouteOptions: {
        integration: new WebSocketLambdaIntegration("Other", sockets),
        returnResponse: true,
      },
    });
    socketApi.addRoute("watch", { integration: new WebSocketLambdaIntegration("Watch", sockets) });
    socketApi.addRoute("bid", {
      integration: new WebSocketLambdaIntegration("Bid", sockets),
      returnResponse: true,
    });
    const stage = new WebSocketStage(this, "Live", {
      webSocketApi: socketApi,
      stageName: "live",
      autoDeploy: true,
    });
    crier.addEnvironment("FLOOR", stage.callbackUrl);
    socketApi.grantManageConnections(crier);

    const httpApi = new HttpApi(this, "Catalogue", {
      corsPreflight: {
        allowOrigins: ["https://auction.example"],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
        allowHeaders: ["content-type"],
        maxAge: Duration.hours(1),
      },
    });
    const toWeb = new HttpLambdaIntegration("ToWeb", web);
    httpApi.addRoutes({ path: "/lots", methods: [HttpMethod.POST], integration: toWeb });
    httpApi.addRoutes({ path: "/lots/{lot}", methods: [HttpMethod.GET], integration: toWeb });

    crier.addEventSource(new SqsEventSource(calls, { batchSize: 10, reportBatchItemFailures: true }));
    new Rule(this, "EveryMinute", {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(auctioneer)],
    });

    table.grantReadWriteData(sockets);
    table.grantReadWriteData(web);
    table.grantReadWriteData(auctioneer);
    calls.grantSendMessages(sockets);
    new CfnOutput(this, "FloorUrl", { value: stage.url });
    new CfnOutput(this, "CatalogueUrl", { value: httpApi.apiEndpoint });
  }
}
