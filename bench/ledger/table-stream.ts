import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record,
} from "@aws-sdk/client-dynamodb-streams";
import { REGION, type TestTable } from "../../test/support/engine.ts";

/** The stream of a table, each record once. */
export interface TableStream {
  /** What has come to it since it was last taken. */
  take(): Promise<readonly _Record[]>;
  close(): void;
}

/** From what comes next on. */
export async function openStream(table: TestTable): Promise<TableStream> {
  const client = new DynamoDBStreamsClient({
    endpoint: table.url,
    region: REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { Table } = await table.raw.send(new DescribeTableCommand({ TableName: table.name }));
  const StreamArn = Table?.LatestStreamArn;
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const [shard, ...others] = StreamDescription?.Shards ?? [];
  if (shard === undefined || others.length > 0) throw new Error("The stream has not one shard.");
  const start = { StreamArn, ShardId: shard.ShardId, ShardIteratorType: "LATEST" as const };
  let { ShardIterator: next } = await client.send(new GetShardIteratorCommand(start));
  return {
    async take() {
      const taken: _Record[] = [];
      for (;;) {
        const page = await client.send(new GetRecordsCommand({ ShardIterator: next }));
        next = page.NextShardIterator;
        const records = page.Records ?? [];
        if (records.length === 0) return taken;
        taken.push(...records);
      }
    },
    close: () => client.destroy(),
  };
}
