import { ScanCommand } from "@aws-sdk/client-dynamodb";
import type { TestTable } from "./engine.ts";

/** Every item of the table as JSON, for looking behind the stores. */
export async function wholeTable({ raw, name }: TestTable): Promise<readonly string[]> {
  const items: string[] = [];
  let start: Record<string, never> | undefined;
  do {
    const page = await raw.send(
      new ScanCommand({ TableName: name, ExclusiveStartKey: start, ConsistentRead: true }),
    );
    items.push(...(page.Items ?? []).map((item) => JSON.stringify(item)));
    start = page.LastEvaluatedKey as typeof start;
  } while (start);
  return items;
}
