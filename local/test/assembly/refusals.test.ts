import { expect, test } from "vitest";
import { functionResource, readMade, type Resources } from "./made-assembly.ts";

async function problemsOf(resources: Resources): Promise<readonly string[]> {
  const reading = await readMade({ App: { Resources: { Fn: functionResource(), ...resources } } });
  return reading.type === "failed" ? reading.problems : [];
}

const rule = (properties: Record<string, unknown>): Resources => ({
  Rule: { Type: "AWS::Events::Rule", Properties: properties },
});
const target = { Arn: { "Fn::GetAtt": ["Fn", "Arn"] }, Id: "0" };
const httpApi = (route: Record<string, unknown>, stageName = "$default"): Resources => ({
  Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "HTTP" } },
  Stage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Api" }, StageName: stageName } },
  Integration: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: "Api" },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: { "Fn::GetAtt": ["Fn", "Arn"] },
      PayloadFormatVersion: "2.0",
    },
  },
  Route: {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: "Api" },
      RouteKey: "GET /",
      Target: { "Fn::Sub": "integrations/${Integration}" },
      ...route,
    },
  },
});

test("what is served has no problems", async () => {
  expect(
    await problemsOf({
      ...httpApi({}),
      ...rule({ ScheduleExpression: "rate(5 minutes)", Targets: [target] }),
    }),
  ).toEqual([]);
});

test.each<[string, Resources, string]>([
  [
    "an unknown type",
    { Bucket: { Type: "AWS::S3::Bucket" } },
    "App/Bucket (AWS::S3::Bucket): this type of resource is not served locally.",
  ],
  [
    "a property that would change what the function does",
    { Layered: functionResource({}, { Layers: ["arn"] }) },
    "App/Layered (AWS::Lambda::Function): the property Layers is not served locally.",
  ],
  [
    "a container image",
    { Image: { Type: "AWS::Lambda::Function", Properties: { PackageType: "Image", Code: {} } } },
    "App/Image (AWS::Lambda::Function): container images are not run locally.",
  ],
  [
    "another runtime",
    { Snake: functionResource({}, { Runtime: "python3.13" }) },
    "App/Snake (AWS::Lambda::Function): the runtime python3.13 is not run locally, only Node.js is.",
  ],
  [
    "code that is not there",
    { Lost: functionResource({}, { Code: { S3Key: "elsewhere.zip" } }) },
    "App/Lost (AWS::Lambda::Function): its code is not among the assembly's assets.",
  ],
  [
    "a cron schedule that is none",
    rule({ ScheduleExpression: "cron(0 12 * * * *)", Targets: [target] }),
    "App/Rule (AWS::Events::Rule): the schedule cron(0 12 * * * *) is not served locally, only rate(…) and cron(…) expressions are.",
  ],
  [
    "a pattern with an operator that would never match",
    rule({ EventPattern: { detail: { ip: [{ cidr: "10.0.0.0/8" }] } }, Targets: [target] }),
    "App/Rule (AWS::Events::Rule): the operator cidr of its pattern is not served locally.",
  ],
  [
    "a time zone",
    {
      Schedule: {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          ScheduleExpression: "cron(0 12 * * ? *)",
          ScheduleExpressionTimezone: "Europe/Vienna",
          Target: target,
        },
      },
    },
    "App/Schedule (AWS::Scheduler::Schedule): the time zone Europe/Vienna of a cron schedule is not served locally, only UTC is.",
  ],
  [
    "mail",
    {
      Topic: {
        Type: "AWS::SNS::Topic",
        Properties: { Subscription: [{ Protocol: "email", Endpoint: "ana@example.com" }] },
      },
    },
    "App/Topic (AWS::SNS::Topic): the protocol email is not served locally: nothing is delivered to ana@example.com.",
  ],
  [
    "a transformed input",
    rule({ ScheduleExpression: "rate(1 minute)", Targets: [{ ...target, InputPath: "$.x" }] }),
    "App/Rule (AWS::Events::Rule): the property InputPath of its target is not served locally.",
  ],
  [
    "a FIFO queue",
    { Fifo: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } } },
    "App/Fifo (AWS::SQS::Queue): the property FifoQueue is not served locally.",
  ],
  [
    "a route for signed requests",
    httpApi({ AuthorizationType: "AWS_IAM" }),
    "App/Route (AWS::ApiGatewayV2::Route): the authorization AWS_IAM is not served locally on an HTTP API, only JWT is.",
  ],
  [
    "a named stage of an HTTP API",
    httpApi({}, "v1"),
    "App/Api (AWS::ApiGatewayV2::Api): its stage v1 is not served locally, only $default is.",
  ],
  [
    "a route to nowhere",
    httpApi({ Target: "integrations/none" }),
    "App/Route (AWS::ApiGatewayV2::Route): its integration is not a function of this assembly.",
  ],
])("%s is one sentence", async (_, resources, sentence) => {
  expect(await problemsOf(resources)).toEqual([sentence]);
});

test("every problem is told at once", async () => {
  const problems = await problemsOf({
    Bucket: { Type: "AWS::S3::Bucket" },
    Fifo: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
  });
  expect(problems).toHaveLength(2);
});

test("a folder that is no assembly is one sentence", async () => {
  const { readAssembly } = await import("../../assembly/read-assembly.ts");
  const { ORIGIN } = await import("./made-assembly.ts");
  const reading = await readAssembly("/nowhere", ORIGIN, "/nowhere");
  expect(reading.type === "failed" && reading.problems).toEqual([
    expect.stringMatching(/^\/nowhere is not a readable cloud assembly: /),
  ]);
});
