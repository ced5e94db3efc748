import { BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Item } from "../../lambdas/store/items.ts";
import type { TestTable } from "../../test/support/engine.ts";

/** As many as one batch takes. */
const ITEMS_A_BATCH = 25;
/** Batches under way at once: the engine works on one while the next are made. */
const LANES = 4;

/** Writes items of any number straight into the engine, past the meter. */
export async function writeItems(table: TestTable, items: Iterable<Item>): Promise<void> {
  const client = DynamoDBDocumentClient.from(table.raw);
  const rest = items[Symbol.iterator]();
  const nextBatch = (): readonly Item[] => {
    const batch: Item[] = [];
    for (let next = rest.next(); !next.done; next = rest.next()) {
      batch.push(next.value);
      if (batch.length === ITEMS_A_BATCH) break;
    }
    return batch;
  };
  const lane = async (): Promise<void> => {
    for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) {
      const puts = batch.map((Item) => ({ PutRequest: { Item } }));
      const { UnprocessedItems } = await client.send(
        new BatchWriteCommand({ RequestItems: { [table.name]: puts } }),
      );
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error("Not all was written.");
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
