import type { CallContext } from "./conditions.ts";
import type { Caller, Refusal } from "./rights.ts";

/** One thing that a call of the database does. */
export interface Access {
  /** e.g. `PutItem`; null for a call that is about no table. */
  readonly action: string;
  readonly table: string | null;
  readonly index?: string;
}

interface Input {
  readonly TableName?: unknown;
  readonly IndexName?: unknown;
  readonly RequestItems?: unknown;
  readonly TransactItems?: unknown;
}

/** What each item of a transaction is authorized as: there is no right on a transaction itself. */
const ITEM_ACTIONS: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

export function accessesOf(operation: string, input: Input): readonly Access[] {
  if (Array.isArray(input.TransactItems)) {
    return (input.TransactItems as readonly Record<string, Input>[]).flatMap((item) =>
      Object.entries(item).map(([kind, part]) => ({
        action: ITEM_ACTIONS[kind] ?? kind,
        table: textOf(part.TableName),
      })),
    );
  }
  const items = input.RequestItems;
  if (typeof items === "object" && items !== null) {
    return Object.keys(items).map((table) => ({ action: operation, table }));
  }
  const index = textOf(input.IndexName);
  const table = textOf(input.TableName);
  return [{ action: operation, table, ...(index === null ? {} : { index }) }];
}

/** The first thing of a call that the caller may not do. */
export function databaseRefusal(
  caller: Caller,
  operation: string,
  accesses: readonly Access[],
  { region, accountId }: { readonly region: string; readonly accountId: string },
): Refusal | undefined {
  const isTransaction = operation.startsWith("Transact");
  const context: CallContext | undefined = isTransaction
    ? { "dynamodb:enclosingoperation": operation }
    : undefined;
  for (const { action, table, index } of accesses) {
    const name = table === null ? "*" : (table.split(":table/")[1] ?? table);
    const at = `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
    const resource = index === undefined ? at : `${at}/index/${index}`;
    const refusal = caller.refusalOf(`dynamodb:${action}`, resource, context);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
