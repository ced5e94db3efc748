import { Aws, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";

type ItemAction = "GetItem" | "BatchGetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query";

/** On items of the table itself: an index is another resource and not included. */
export function onItems(table: Table, ...actions: readonly ItemAction[]): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  });
}

export function queryIndex(table: Table, indexName: string): PolicyStatement {
  return new PolicyStatement({
    actions: ["dynamodb:Query"],
    resources: [`${table.tableArn}/index/${indexName}`],
  });
}

/**
 * What Lambda's poller needs. ListStreams names the table's streams, not one of them: the narrowest form
 * is the one of SAM's DynamoDBStreamReadPolicy.
 */
export function readStream(table: Table): readonly PolicyStatement[] {
  if (table.tableStreamArn === undefined) throw new Error("The table has no stream");
  return [
    new PolicyStatement({
      actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      resources: [table.tableStreamArn],
    }),
    new PolicyStatement({ actions: ["dynamodb:ListStreams"], resources: [`${table.tableArn}/stream/*`] }),
  ];
}

export function sendTo(...queues: readonly IQueue[]): PolicyStatement {
  return new PolicyStatement({
    actions: ["sqs:SendMessage"],
    resources: queues.map((queue) => queue.queueArn),
  });
}

export function consumeFrom(queue: IQueue): PolicyStatement {
  return new PolicyStatement({
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    resources: [queue.queueArn],
  });
}

/**
 * Push to connections of this API and stage, and close them. The library's `grantManageConnections`
 * would give every verb on every stage; connection ids are not known beforehand, hence the last `*`.
 */
export function pushAndClose(stage: WebSocketStage): PolicyStatement {
  return new PolicyStatement({
    actions: ["execute-api:ManageConnections"],
    resources: ["POST", "DELETE"].map((verb) =>
      Stack.of(stage).formatArn({
        service: "execute-api",
        resource: stage.api.apiId,
        resourceName: `${stage.stageName}/${verb}/@connections/*`,
        partition: Aws.PARTITION,
      }),
    ),
  });
}
