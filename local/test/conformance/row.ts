import { test } from "vitest";
import { TABLE, type RowId } from "../../conformance/table.ts";

/** The test of one row of the table. */
export function row(id: RowId, prove: () => Promise<void> | void): void {
  const found = TABLE.find((candidate) => candidate.id === id);
  test(`${id}: ${found?.behaviour ?? ""}`, prove);
}
