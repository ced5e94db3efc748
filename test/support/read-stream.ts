import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record,
} from "@aws-sdk/client-dynamodb-streams";
import { eventually } from "../../local/test/support/pace.ts";
import { REGION, type TestTable } from "./engine.ts";

/** The table's stream from its beginning, read until it holds `count` records that pass the filter. */
export async function readStream(
  table: TestTable,
  filter: (record: _Record) => boolean,
  count: number,
): Promise<readonly _Record[]> {
  const client = new DynamoDBStreamsClient({
    endpoint: table.url,
    region: REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  try {
    return await eventually(async () => {
      const records = (await readOnce(table, client)).filter(filter);
      return records.length >= count ? records : undefined;
    }, `${count} such records in the stream`);
  } finally {
    client.destroy();
  }
}

async function readOnce(table: TestTable, client: DynamoDBStreamsClient): Promise<readonly _Record[]> {
  const { Table } = await table.raw.send(new DescribeTableCommand({ TableName: table.name }));
  const StreamArn = Table?.LatestStreamArn;
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const records: _Record[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const start = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
    let { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
    while (ShardIterator !== undefined) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator }));
      records.push(...(page.Records ?? []));
      // An open shard has always one more iterator; an empty page is its end for now.
      ShardIterator = page.Records?.length ? page.NextShardIterator : undefined;
    }
  }
  return records;
}
