import { describe, expect, it } from "vitest";
import { synthesize } from "./synthesize.ts";

const TABLE = "{Table.Arn}";
const ITEMS = ["BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem"].map(
  (a) => `dynamodb:${a} ${TABLE}`,
);
const EXECUTE = "arn:{AWS::Partition}:execute-api:{AWS::Region}:{AWS::AccountId}:{WebSocket/Api}/dev";
const PUSH = ["DELETE", "POST"].map(
  (verb) => `execute-api:ManageConnections ${EXECUTE}/${verb}/@connections/*`,
);
const logs = (fn: string) => [`logs:CreateLogStream {${fn}Logs.Arn}`, `logs:PutLogEvents {${fn}Logs.Arn}`];

/** Every action on every resource, and no other. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  WebSocketFunctionRole: [...ITEMS, "sqs:SendMessage {Jobs.Arn}", ...PUSH, ...logs("WebSocketFunction")],
  HttpFunctionRole: [
    ...ITEMS,
    `dynamodb:DeleteItem ${TABLE}`,
    `dynamodb:Query ${TABLE}/index/by-handle`,
    `dynamodb:Query ${TABLE}/index/by-activity`,
    "sqs:SendMessage {Jobs.Arn}",
    ...PUSH,
    ...logs("HttpFunction"),
  ],
  AdminFunctionRole: [
    ...ITEMS,
    "dynamodb:DeleteItem {Table.Arn}",
    "sqs:SendMessage {Jobs.Arn}",
    ...PUSH,
    ...logs("AdminFunction"),
  ],
  AuthorizerFunctionRole: [
    `dynamodb:GetItem ${TABLE}`,
    `dynamodb:UpdateItem ${TABLE}`,
    ...logs("AuthorizerFunction"),
  ],
  WorkerFunctionRole: [
    ...ITEMS,
    "dynamodb:DeleteItem {Table.Arn}",
    `dynamodb:Query ${TABLE}/index/not-off`,
    "dynamodb:DescribeStream {Table.StreamArn}",
    "dynamodb:GetRecords {Table.StreamArn}",
    "dynamodb:GetShardIterator {Table.StreamArn}",
    // The table's streams: ListStreams knows no narrower resource.
    `dynamodb:ListStreams ${TABLE}/stream/*`,
    "sqs:DeleteMessage {Jobs.Arn}",
    "sqs:GetQueueAttributes {Jobs.Arn}",
    "sqs:ReceiveMessage {Jobs.Arn}",
    "sqs:SendMessage {Jobs.Arn}",
    "sqs:SendMessage {StreamDeadLetters.Arn}",
    ...PUSH,
    ...logs("WorkerFunction"),
  ],
  PostConfirmationFunctionRole: [
    `dynamodb:GetItem ${TABLE}`,
    `dynamodb:UpdateItem ${TABLE}`,
    ...logs("PostConfirmationFunction"),
  ],
};

interface RoleProperties {
  readonly Policies?: readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
  readonly ManagedPolicyArns?: readonly string[];
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const listed = (value: string | readonly string[]) => (typeof value === "string" ? [value] : value);

describe("grants", () => {
  const dev = synthesize({ stage: "dev" });
  const roles = [...dev.all("AWS::IAM::Role")].map(
    ([path, role]) => [path, role.Properties as RoleProperties] as const,
  );

  it("gives every function exactly what it needs", () => {
    const granted = roles
      .filter(([path]) => path.endsWith("FunctionRole"))
      .map(([path, { Policies = [] }]) => {
        const statements = Policies.flatMap((policy) => policy.PolicyDocument.Statement);
        expect(statements.map((statement) => statement.Effect)).toEqual(statements.map(() => "Allow"));
        const pairs = statements.flatMap(({ Action, Resource }) =>
          listed(Action).flatMap((action) => listed(Resource).map((resource) => `${action} ${resource}`)),
        );
        return [path, pairs.toSorted()];
      });
    const expected = Object.entries(EXPECTED).map(([path, pairs]) => [path, pairs.toSorted()]);
    expect(Object.fromEntries(granted)).toEqual(Object.fromEntries(expected));
  });

  it("leaves no other way to a permission", () => {
    expect(roles.filter(([path]) => !path.endsWith("FunctionRole"))).toEqual([]);
    expect(roles.filter(([, { ManagedPolicyArns }]) => ManagedPolicyArns !== undefined)).toEqual([]);
    expect([...dev.types].filter((type) => /^AWS::IAM::(?!Role$)/.test(type))).toEqual([]);
  });

  it("runs each function in the role made for it", () => {
    const functions = [...dev.all("AWS::Lambda::Function")];
    expect(functions.map(([path, fn]) => [path, fn.Properties["Role"]])).toEqual(
      functions.map(([path]) => [path, `{${path}Role.Arn}`]),
    );
    expect(functions.map(([path]) => `${path}Role`).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it("lets only the two APIs, the schedule and the user pool call a function", () => {
    const permissions = [...dev.all("AWS::Lambda::Permission").values()].map(({ Properties }) => [
      Properties["FunctionName"],
      Properties["Principal"],
      Properties["SourceArn"],
    ]);
    const api = "arn:{AWS::Partition}:execute-api:{AWS::Region}:{AWS::AccountId}";
    expect(permissions.toSorted()).toEqual(
      [
        ["{WebSocketFunction.Arn}", "apigateway.amazonaws.com", `${api}:{WebSocket/Api}/*/*`],
        [
          "{AuthorizerFunction.Arn}",
          "apigateway.amazonaws.com",
          `${api}:{WebSocket/Api}/authorizers/{WebSocket/Authorizer}`,
        ],
        ["{HttpFunction.Arn}", "apigateway.amazonaws.com", `${api}:{Http/Api}/*/*/*`],
        ["{AdminFunction.Arn}", "apigateway.amazonaws.com", `${api}:{Http/Api}/*/*/*`],
        ["{WorkerFunction.Arn}", "events.amazonaws.com", "{WorkerSources/Sweep.Arn}"],
        ["{PostConfirmationFunction.Arn}", "cognito-idp.amazonaws.com", "{UserPool.Arn}"],
      ].toSorted(),
    );
  });
});
