import type { StatementModel } from "./model.ts";

/**
 * What AWS's own policies allow of the services served here, by the last part of their ARN, as the AWS managed
 * policy reference lists them. Logs, traces and networks need no right here.
 */
const ALLOWED: ReadonlyMap<string, readonly string[]> = new Map([
  ["AdministratorAccess", ["*"]],
  ["AmazonAPIGatewayInvokeFullAccess", ["execute-api:Invoke", "execute-api:ManageConnections"]],
  ["AmazonDynamoDBFullAccess", ["dynamodb:*"]],
  ["AmazonDynamoDBFullAccess_v2", ["dynamodb:*"]],
  ["AmazonEventBridgeFullAccess", ["events:*"]],
  ["AmazonSNSFullAccess", ["sns:*"]],
  ["AmazonSQSFullAccess", ["sqs:*"]],
  ["AmazonSSMFullAccess", ["ssm:*"]],
  ["AmazonSSMReadOnlyAccess", ["ssm:Describe*", "ssm:Get*", "ssm:List*"]],
  ["AWSLambdaBasicExecutionRole", []],
  [
    "AWSLambdaDynamoDBExecutionRole",
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
  ],
  ["AWSLambdaSQSQueueExecutionRole", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]],
  ["AWSLambdaVPCAccessExecutionRole", []],
  ["AWSXRayDaemonWriteAccess", []],
  ["AWSXrayWriteOnlyAccess", []],
  ["CloudWatchLambdaInsightsExecutionRolePolicy", []],
]);

/** Undefined for a policy that is not known here. */
export function statementsOfManaged(arn: string): readonly StatementModel[] | undefined {
  const name = /^arn:aws[\w-]*:iam::aws:policy\/(?:[\w-]+\/)*([\w-]+)$/.exec(arn)?.[1];
  const actions = name === undefined ? undefined : ALLOWED.get(name);
  if (actions === undefined || actions.length === 0) return actions === undefined ? undefined : [];
  const none = { notActions: [], notResources: [], conditions: [] };
  return [{ effect: "Allow", actions, resources: ["*"], ...none }];
}
