import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ExpiredIteratorException,
  TrimmedDataAccessException,
  type _Record as SdkRecord,
  type DynamoDBStreamsClient,
  type Shard,
} from "@aws-sdk/client-dynamodb-streams";
import { DescribeTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The stream's current ARN, in the engine's own naming. */
export async function findStream(db: DynamoDBClient, tableName: string): Promise<string> {
  const { Table: table } = await db.send(new DescribeTableCommand({ TableName: tableName }));
  if (table?.LatestStreamArn === undefined) throw new Error(`The table ${tableName} has no stream`);
  return table.LatestStreamArn;
}

/** All shards, parents before their children. */
export async function listShards(
  streams: DynamoDBStreamsClient,
  streamArn: string,
): Promise<readonly Shard[]> {
  const shards: Shard[] = [];
  let after: string | undefined;
  do {
    const { StreamDescription: page } = await streams.send(
      new DescribeStreamCommand({
        StreamArn: streamArn,
        ...(after === undefined ? {} : { ExclusiveStartShardId: after }),
      }),
    );
    shards.push(...(page?.Shards ?? []));
    after = page?.LastEvaluatedShardId;
  } while (after !== undefined);
  return shards;
}

export interface ShardReader {
  /** The records after the last ones read, up to `limit`; `ended` when the shard is closed and read out. */
  read(limit: number): Promise<{ readonly records: readonly SdkRecord[]; readonly ended: boolean }>;
}

/** Reads one shard onwards from a sequence number, or from its oldest record. */
export function openShard(
  streams: DynamoDBStreamsClient,
  streamArn: string,
  shardId: string,
  from: string | null,
): ShardReader {
  let iterator: string | undefined;
  let position = from;

  const locate = async (): Promise<string> => {
    const answer = await streams.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shardId,
        ...(position === null
          ? { ShardIteratorType: "TRIM_HORIZON" }
          : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: position }),
      }),
    );
    if (answer.ShardIterator === undefined) throw new Error(`No iterator for ${shardId}`);
    return answer.ShardIterator;
  };

  return {
    read: async (limit) => {
      try {
        iterator ??= await locate();
        const { Records: records = [], NextShardIterator: next } = await streams.send(
          new GetRecordsCommand({ ShardIterator: iterator, Limit: Math.min(limit, 1_000) }),
        );
        iterator = next;
        position = records.at(-1)?.dynamodb?.SequenceNumber ?? position;
        return { records, ended: next === undefined };
      } catch (error) {
        // Iterators live for 15 minutes, records for a day; both are found anew from the position.
        if (error instanceof ExpiredIteratorException) iterator = undefined;
        else if (error instanceof TrimmedDataAccessException) [iterator, position] = [undefined, null];
        else throw error;
        return { records: [], ended: false };
      }
    },
  };
}

/** The last sequence number in the shard now; null while it is empty. */
export async function lastSequenceNumber(
  streams: DynamoDBStreamsClient,
  streamArn: string,
  shardId: string,
): Promise<string | null> {
  const reader = openShard(streams, streamArn, shardId, null);
  let last: string | null = null;
  while (true) {
    const { records, ended } = await reader.read(1_000);
    last = records.at(-1)?.dynamodb?.SequenceNumber ?? last;
    if (ended || records.length === 0) return last;
  }
}
