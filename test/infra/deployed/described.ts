import type { Foundations } from "../../../lib/deployed/foundations.ts";

/** As `aws cloudformation describe-stacks --output json` writes it. */
export const describedStacks = (outputs: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    Stacks: [
      {
        StackId:
          "arn:aws:cloudformation:eu-west-1:123456789012:stack/parley-qa-data/1c9a6f60-0000-11f0-0000-0a0000000000",
        StackName: "parley-qa-data",
        CreationTime: "2026-11-20T09:12:44.120000+00:00",
        StackStatus: "UPDATE_COMPLETE",
        EnableTerminationProtection: true,
        Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        Tags: [{ Key: "service", Value: "parley" }],
      },
    ],
  });

export const FOUNDATIONS: Foundations = {
  issuer: "user-pool",
  table: "TableCD117FA1 by pk and sk",
  pool: "UserPool6BA7E5F2 by user name, email",
  disposable: false,
  pointInTimeRecovery: true,
  logRetentionDays: 90,
};

/** As `aws dynamodb describe-table --output json` writes it, of the table that is deployed. */
export const TABLE = {
  TableName: "parley-qa-data-TableCD117FA1-1ABCDEFGHIJKL",
  TableStatus: "ACTIVE",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  DeletionProtectionEnabled: true,
};

export const describedTable = (table: object): string => JSON.stringify({ Table: table });

/** What CloudFormation says of a stack that is not there, as the AWS CLI writes it to standard error. */
export const NO_STACK =
  "\nAn error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id parley-qa-data does not exist\n";
