import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";

interface Key {
  readonly AttributeName: string;
  readonly KeyType: string;
}

/** Of what DynamoDB's DescribeTable answers, what the stores rely on. */
export interface DescribedTable {
  readonly TableName: string;
  readonly KeySchema: readonly Key[];
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string };
}

/** What somebody has changed of the table by hand, or of a table restored in its place: a sentence each. */
export function checkTable(table: DescribedTable): readonly string[] {
  const problems: string[] = [];
  const { partitionKey, sortKey } = TABLE_SHAPE;
  const keys = ["HASH", "RANGE"].map(
    (type) => table.KeySchema.find(({ KeyType }) => KeyType === type)?.AttributeName ?? "none",
  );
  if (keys[0] !== partitionKey || keys[1] !== sortKey) {
    problems.push(
      `The table ${table.TableName} has the keys ${keys.join(" and ")} where ${partitionKey} and ${sortKey} are expected: it is none of Parley's.`,
    );
  }
  const { StreamEnabled: isOn = false, StreamViewType: view } = table.StreamSpecification ?? {};
  if (!isOn || view !== "NEW_AND_OLD_IMAGES") {
    problems.push(
      `The table ${table.TableName} has ${isOn ? `a stream of ${view ?? "nothing"}` : "no stream"} where NEW_AND_OLD_IMAGES is expected: without it nobody is told who comes and goes, and nothing is repaired. Turn it on, then deploy.`,
    );
  }
  return problems;
}
