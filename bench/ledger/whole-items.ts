import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import type { TestTable } from "../../test/support/engine.ts";
import type { Call } from "../../test/support/meter.ts";

/** The call as if it had answered with all of each item: a projection saves nothing of what is charged. */
export async function withWholeItems(table: TestTable, call: Call): Promise<Call> {
  const { input, output } = call;
  if (input.ProjectionExpression === undefined || output?.Items === undefined) return call;
  const client = DynamoDBDocumentClient.from(table.raw);
  const { partitionKey, sortKey } = TABLE_SHAPE;
  const Items = await Promise.all(
    output.Items.map(async (item) => {
      const Key = { [partitionKey]: item[partitionKey], [sortKey]: item[sortKey] };
      const { Item } = await client.send(
        new GetCommand({ TableName: table.name, Key, ConsistentRead: true }),
      );
      if (Item === undefined) throw new Error("An item that was read is gone, or its key was not asked for.");
      return Item;
    }),
  );
  return { ...call, output: { ...output, Items } };
}
