import { expect, test } from "vitest";
import { functionResource, readMade, type MadeStack } from "./made-assembly.ts";

/** What the variable VALUE of a function is, given as an expression. */
async function valueOf(expression: unknown, stack: Partial<MadeStack> = {}): Promise<unknown> {
  const { Resources = {}, ...rest } = stack;
  const reading = await readMade({
    App: { ...rest, Resources: { ...Resources, Fn: functionResource({ VALUE: expression }) } },
  });
  if (reading.type === "failed") return reading.problems;
  return reading.model.functions[0]?.environment["VALUE"];
}

const sockets = { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "WEBSOCKET" } };
const stage = {
  Type: "AWS::ApiGatewayV2::Stage",
  Properties: { ApiId: { Ref: "Sockets" }, StageName: "live" },
};
const withSockets = { Resources: { Sockets: sockets, Stage: stage } };
const web = { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "HTTP" } };
const webStage = {
  Type: "AWS::ApiGatewayV2::Stage",
  Properties: { ApiId: { Ref: "Web" }, StageName: "$default" },
};
const withWeb = { Resources: { Web: web, WebStage: webStage } };

test.each<[string, unknown, unknown]>([
  ["a plain string", "as it is", "as it is"],
  ["a number", 5, "5"],
  ["Fn::Join", { "Fn::Join": ["-", ["a", { Ref: "AWS::Region" }, "b"]] }, "a-us-east-1-b"],
  ["Fn::Sub", { "Fn::Sub": "${AWS::Partition}/${!kept}" }, "aws/${kept}"],
  ["Fn::Sub with its own variables", { "Fn::Sub": ["<${x}>", { x: { Ref: "AWS::StackName" } }] }, "<App>"],
  ["Fn::Select of Fn::Split", { "Fn::Select": [1, { "Fn::Split": ["/", "a/b/c"] }] }, "b"],
  ["Fn::Base64", { "Fn::Base64": "hi" }, "aGk="],
  ["AWS::NoValue", { Ref: "AWS::NoValue" }, undefined],
])("%s", async (_, expression, value) => {
  expect(await valueOf(expression)).toBe(value);
});

test("conditions choose values and drop resources", async () => {
  const Conditions = {
    InEurope: { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-west-1"] },
    Elsewhere: { "Fn::Not": [{ Condition: "InEurope" }] },
    Both: { "Fn::And": [{ Condition: "InEurope" }, { Condition: "Elsewhere" }] },
    Either: { "Fn::Or": [{ Condition: "InEurope" }, { Condition: "Elsewhere" }] },
  };
  const choose = (name: string) => valueOf({ "Fn::If": [name, "yes", "no"] }, { Conditions });
  expect([
    await choose("InEurope"),
    await choose("Elsewhere"),
    await choose("Both"),
    await choose("Either"),
  ]).toEqual(["no", "yes", "no", "yes"]);
  const reading = await readMade({
    App: { Conditions, Resources: { Gone: { Type: "AWS::Unheard::Of", Condition: "InEurope" } } },
  });
  expect(reading.type).toBe("read");
});

test("a parameter has its default; one of SSM cannot be known", async () => {
  const Parameters = {
    Plain: { Type: "String", Default: "p" },
    Remote: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/a/b" },
  };
  expect(await valueOf({ Ref: "Plain" }, { Parameters })).toBe("p");
  expect(await valueOf({ Ref: "Remote" }, { Parameters })).toEqual([
    "App/Fn (AWS::Lambda::Function): Ref Remote, in its property Environment, cannot be resolved locally.",
  ]);
});

test("a socket API's addresses become this machine's", async () => {
  const host = [
    "://",
    { Ref: "Sockets" },
    ".execute-api.",
    { Ref: "AWS::Region" },
    ".",
    { Ref: "AWS::URLSuffix" },
  ];
  const at = (scheme: string) => ({ "Fn::Join": ["", [scheme, ...host, "/live"]] });
  expect(await valueOf(at("https"), withSockets)).toBe("http://127.0.0.1:4000/live");
  expect(await valueOf(at("wss"), withSockets)).toBe("ws://127.0.0.1:4000/live");
  expect(await valueOf({ "Fn::GetAtt": ["Sockets", "ApiEndpoint"] }, withSockets)).toBe(
    "ws://127.0.0.1:4000",
  );
});

test("an HTTP API's address becomes this machine's", async () => {
  expect(await valueOf({ "Fn::GetAtt": ["Web", "ApiEndpoint"] }, withWeb)).toBe("http://127.0.0.1:4000");
});

test("a queue's Ref is its local URL", async () => {
  const Resources = { Jobs: { Type: "AWS::SQS::Queue" } };
  expect(await valueOf({ Ref: "Jobs" }, { Resources })).toBe(
    "http://127.0.0.1:4000/_aws/sqs/000000000000/App-Jobs",
  );
});

test("a user pool is the same string wherever it is named", async () => {
  const Resources = { Pool: { Type: "AWS::Cognito::UserPool" } };
  const issuer = await valueOf({ "Fn::GetAtt": ["Pool", "ProviderURL"] }, { Resources });
  const byHand = { "Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}" };
  expect(issuer).toMatch(/^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_[a-z0-9]{9}$/);
  expect(await valueOf(byHand, { Resources })).toBe(issuer);
});

test("exports are imported by other stacks, by name", async () => {
  const reading = await readMade({
    App: { Resources: { Fn: functionResource({ VALUE: { "Fn::ImportValue": "Data:Out" } }) } },
    Data: {
      Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { QueueName: "jobs" } } },
      Outputs: { Out: { Value: { "Fn::GetAtt": ["Jobs", "QueueName"] }, Export: { Name: "Data:Out" } } },
    },
  });
  expect(reading.type === "read" && reading.model.functions[0]?.environment).toEqual({ VALUE: "jobs" });
});

test("what is not known is named", async () => {
  expect(await valueOf({ "Fn::ImportValue": "Nobody:Exports" })).toEqual([
    "App/Fn (AWS::Lambda::Function): Fn::ImportValue Nobody:Exports, in its property Environment, cannot be resolved locally.",
  ]);
  expect(await valueOf({ "Fn::Cidr": ["10.0.0.0/16", 2, 8] })).toEqual([
    "App/Fn (AWS::Lambda::Function): Fn::Cidr, in its property Environment, cannot be resolved locally.",
  ]);
});
