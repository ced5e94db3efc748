import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { _Record as SdkRecord } from "@aws-sdk/client-dynamodb-streams";
import type { TableModel } from "../assembly/model.ts";

/** One record of a table's stream, as a function gets it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: "aws:dynamodb";
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly SequenceNumber: string;
    readonly [field: string]: unknown;
  };
  readonly eventSourceARN: string;
  readonly userIdentity?: unknown;
}

/**
 * The engine's record as Lambda passes it on, or undefined for a write that changed nothing: DynamoDB
 * writes no record for those, one of the engines does.
 */
export function toStreamRecord(
  record: SdkRecord,
  table: TableModel,
  stream: { readonly arn: string; readonly shardId: string },
): StreamRecord | undefined {
  const { dynamodb, userIdentity } = record;
  const sequenceNumber = dynamodb?.SequenceNumber;
  if (dynamodb === undefined || sequenceNumber === undefined) return undefined;
  const { NewImage: after, OldImage: before } = dynamodb;
  if (record.eventName === "MODIFY" && after !== undefined && isDeepStrictEqual(before, after))
    return undefined;
  const createdAt = dynamodb.ApproximateCreationDateTime ?? new Date();
  return {
    // One engine numbers its events by table only.
    eventID: createHash("md5").update(`${stream.arn} ${stream.shardId} ${sequenceNumber}`).digest("hex"),
    eventName: record.eventName ?? "MODIFY",
    eventVersion: record.eventVersion ?? "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: table.arn.split(":")[3] ?? "us-east-1",
    dynamodb: {
      ApproximateCreationDateTime: createdAt.getTime() / 1_000,
      Keys: plain(dynamodb.Keys ?? {}),
      ...(after === undefined ? {} : { NewImage: plain(after) }),
      ...(before === undefined ? {} : { OldImage: plain(before) }),
      SequenceNumber: sequenceNumber,
      SizeBytes: dynamodb.SizeBytes ?? 0,
      StreamViewType: dynamodb.StreamViewType ?? table.streamView,
    },
    eventSourceARN: streamArn(table, stream.arn),
    ...(userIdentity === undefined
      ? {}
      : { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
  };
}

/** The engines name streams after regions and accounts of their own. */
export function streamArn(table: TableModel, engineArn: string): string {
  return `${table.arn}/stream/${engineArn.split("/stream/")[1] ?? "local"}`;
}

/** Attribute values as JSON: bytes as base64. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
