import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { EventBus, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction, SnsTopic } from "aws-cdk-lib/aws-events-targets";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Topic } from "aws-cdk-lib/aws-sns";
import { LambdaSubscription, SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { expect, test } from "vitest";
import { getJson } from "../cli/fixture.ts";
import { eventually } from "../support/pace.ts";
import { serveApp, type AppParts } from "./made-app.ts";

/** Relies on the SDK of Lambda's runtime, as code that the CDK bundles does. */
const TILL = `
const { EventBridgeClient, PutEventsCommand } = require("@aws-sdk/client-eventbridge");
const { PublishCommand, SNSClient } = require("@aws-sdk/client-sns");
const { GetParameterCommand, SSMClient } = require("@aws-sdk/client-ssm");
const [bridge, sns, ssm] = [new EventBridgeClient({}), new SNSClient({}), new SSMClient({})];
exports.handler = async () => {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: process.env.GREETING_NAME }));
  const sent = await sns.send(new PublishCommand({ TopicArn: process.env.TOPIC, Message: Parameter.Value }));
  const put = await bridge.send(new PutEventsCommand({ Entries: [{
    EventBusName: process.env.BUS, Source: "till", DetailType: "sold", Detail: JSON.stringify({ lamp: 1 }),
  }] }));
  return {
    greeting: process.env.GREETING, looked: process.env.LOOKED_UP,
    sent: typeof sent.MessageId, failed: put.FailedEntryCount,
  };
};`;

const LISTENER = "exports.handler = async (event) => console.log(JSON.stringify(event));";

function shop({ stack, lambda }: AppParts): void {
  const topic = new Topic(stack, "News");
  const bus = new EventBus(stack, "Bus");
  const letters = new Queue(stack, "Letters");
  const greeting = new StringParameter(stack, "Greeting", {
    parameterName: "/shop/greeting",
    stringValue: "good day",
  });
  const till = lambda("Till", TILL, {
    TOPIC: topic.topicArn,
    BUS: bus.eventBusName,
    GREETING_NAME: greeting.parameterName,
    GREETING: greeting.stringValue,
    LOOKED_UP: StringParameter.valueForStringParameter(stack, "/shop/greeting"),
  });
  topic.grantPublish(till);
  bus.grantPutEventsTo(till);
  greeting.grantRead(till);
  const [clerk, reader, postman] = ["Clerk", "Reader", "Postman"].map((name) => lambda(name, LISTENER));
  if (clerk === undefined || reader === undefined || postman === undefined) return;
  topic.addSubscription(new LambdaSubscription(reader));
  topic.addSubscription(new SqsSubscription(letters));
  postman.addEventSource(new SqsEventSource(letters));
  const targets = [new LambdaFunction(clerk), new SnsTopic(topic)];
  new Rule(stack, "Sold", { eventBus: bus, eventPattern: { source: ["till"] }, targets });
  new HttpApi(stack, "Api", { defaultIntegration: new HttpLambdaIntegration("ToTill", till) });
  for (const used of [topic, bus]) used.node.addDependency(greeting);
}

test("functions publish, put events and read parameters by the SDK, and others hear of it", async () => {
  const cloud = await serveApp("Shop", shop);
  expect(await getJson(cloud.httpUrl)).toEqual({
    status: 200,
    body: { greeting: "good day", looked: "good day", sent: "string", failed: 0 },
  });
  for (const heard of [
    /Clerk \| .*"source":"till".*"detail":\{"lamp":1\}/,
    /Reader \| .*"EventSource":"aws:sns".*"Message":"good day"/,
    /Reader \| .*"Message":"\{.*detail-type.*sold/,
    /Postman \| .*"eventSource":"aws:sqs"/,
  ]) {
    await eventually(() => heard.test(cloud.log()) || undefined, String(heard));
  }
});
