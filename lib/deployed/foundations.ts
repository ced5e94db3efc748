import { CfnOutput, Stack } from "aws-cdk-lib";
import { CfnUserPool, type UserPool } from "aws-cdk-lib/aws-cognito";
import { CfnTable } from "aws-cdk-lib/aws-dynamodb";
import type { IConstruct } from "constructs";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import type { DataStack } from "../data-stack.ts";
import type { Settings } from "../settings.ts";

/** What a deployment stands on, and would lose something by if it changed: as an output of the data stack has it. */
export interface Foundations {
  /** Its URL, or `user-pool`. */
  readonly issuer: string;
  /** What the table and the pool are to CloudFormation, and what it would make another one for. */
  readonly table: string;
  readonly pool: string | null;
  readonly disposable: boolean;
  readonly pointInTimeRecovery: boolean;
  readonly logRetentionDays: number;
}

export const FOUNDATIONS_OUTPUT = "Foundations";

/** Puts on record what is deployed, so that the next deployment can be compared with it. */
export function recordFoundations(data: DataStack, settings: Settings, pool: UserPool | null): void {
  const { identity, disposable, pointInTimeRecovery, logRetentionDays } = settings;
  const foundations: Foundations = {
    issuer: identity.type === "issuer" ? identity.issuer : identity.type,
    table: describeTable(data.table.node.defaultChild),
    pool: pool && describePool(pool.node.defaultChild),
    disposable,
    pointInTimeRecovery,
    logRetentionDays,
  };
  new CfnOutput(data, FOUNDATIONS_OUTPUT, { value: JSON.stringify(foundations) });
}

function describeTable(table: IConstruct | undefined): string {
  if (!(table instanceof CfnTable)) throw new Error("The table is none of CloudFormation's");
  return `${idOf(table)} by ${TABLE_SHAPE.partitionKey} and ${TABLE_SHAPE.sortKey}`;
}

function describePool(pool: IConstruct | undefined): string {
  if (!(pool instanceof CfnUserPool)) throw new Error("The pool is none of CloudFormation's");
  const { aliasAttributes = [], usernameAttributes = [] } = pool;
  return [`${idOf(pool)} by user name`, ...aliasAttributes, ...usernameAttributes].join(", ");
}

const idOf = (resource: CfnTable | CfnUserPool): string => Stack.of(resource).getLogicalId(resource);

/** Null for what is no record of ours. */
export function parseFoundations(text: string): Foundations | null {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Foundations, unknown>> | null;
    const good =
      typeof value?.issuer === "string" &&
      typeof value.table === "string" &&
      (value.pool === null || typeof value.pool === "string") &&
      typeof value.disposable === "boolean" &&
      typeof value.pointInTimeRecovery === "boolean" &&
      typeof value.logRetentionDays === "number";
    return good ? (value as Foundations) : null;
  } catch {
    return null;
  }
}
