import { accessesOf, type Access } from "../rights/database-rights.ts";

/** A read that DynamoDB may answer from the past: of a global index, or an eventually consistent one of a table. */
export type LaggingRead = "index" | "table";

/** A call in DynamoDB's protocol, ready to be sent on so that the answer tells what it cost. */
export interface DatabaseRequest {
  /** e.g. `PutItem`. */
  readonly operation: string;
  /** Null for a call that names none, or several. */
  readonly table: string | null;
  /** Items of a transaction; 0 for any other call. */
  readonly transactItems: number;
  /** What it does to which table, as rights on it are judged. */
  readonly accesses: readonly Access[];
  /** Null for what sees every write before it, and for what reads nothing. */
  readonly lagging: LaggingRead | null;
  /** What goes to the engine: the caller's own bytes, with the question for the capacity if it was added. */
  readonly body: Buffer;
  readonly isCapacityAdded: boolean;
}

const METERED = new Set([
  "GetItem",
  "BatchGetItem",
  "Query",
  "Scan",
  "TransactGetItems",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "BatchWriteItem",
  "TransactWriteItems",
]);
const CAPACITY = Buffer.from('"ReturnConsumedCapacity":"TOTAL",');

/** What is read of a call and its answer. */
interface Body {
  readonly TableName?: unknown;
  readonly IndexName?: unknown;
  readonly ConsistentRead?: unknown;
  readonly ReturnConsumedCapacity?: unknown;
  readonly ConsumedCapacity?: unknown;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: unknown }>>[];
}

export function readDatabaseRequest(operation: string, body: Buffer): DatabaseRequest {
  const input = parse(body);
  const tables = new Set(input === null ? [] : tablesOf(input));
  const [table] = tables;
  const transactItems = Array.isArray(input?.TransactItems) ? input.TransactItems.length : 0;
  const about = {
    operation,
    table: tables.size === 1 ? (table ?? null) : null,
    transactItems,
    lagging: laggingRead(operation, input),
    accesses: accessesOf(operation, input ?? {}),
  };
  if (input === null || !METERED.has(operation) || input.ReturnConsumedCapacity !== undefined) {
    return { ...about, body, isCapacityAdded: false };
  }
  const inside = body.indexOf("{") + 1;
  const asking = Buffer.concat([body.subarray(0, inside), CAPACITY, body.subarray(inside)]);
  return { ...about, body: asking, isCapacityAdded: true };
}

function laggingRead(operation: string, input: Body | null): LaggingRead | null {
  if (input === null) return null;
  switch (operation) {
    case "Query":
    case "Scan":
      if (input.ConsistentRead === true) return null;
      return input.IndexName === undefined ? "table" : "index";
    case "GetItem":
      return input.ConsistentRead === true ? null : "table";
    case "BatchGetItem": {
      const parts = Object.values(input.RequestItems ?? {}) as { readonly ConsistentRead?: unknown }[];
      return parts.some((part) => part.ConsistentRead === true) ? null : "table";
    }
    default:
      return null;
  }
}

/** What the answer says of request units, and the answer as the caller expects it. */
export function readCapacity(
  request: DatabaseRequest,
  answer: Buffer,
): { readonly units: number | null; readonly body: Buffer } {
  const parsed = answer.includes('"ConsumedCapacity"') ? parse(answer) : null;
  if (parsed?.ConsumedCapacity === undefined) return { units: null, body: answer };
  const { ConsumedCapacity: capacity, ...rest } = parsed;
  const body = request.isCapacityAdded ? Buffer.from(JSON.stringify(rest)) : answer;
  return { units: sum(capacity), body };
}

function parse(body: Buffer): Body | null {
  try {
    const parsed = JSON.parse(body.toString("utf8")) as Body | null;
    return typeof parsed === "object" && parsed !== null && Object.keys(parsed).length > 0 ? parsed : null;
  } catch {
    return null;
  }
}

function tablesOf({ TableName: table, RequestItems: requests, TransactItems }: Body): string[] {
  if (typeof table === "string") return [table];
  if (typeof requests === "object" && requests !== null) return Object.keys(requests);
  const items: NonNullable<Body["TransactItems"]> = Array.isArray(TransactItems) ? TransactItems : [];
  return items
    .flatMap((item) => Object.values(item).map(({ TableName }) => TableName))
    .filter((name) => typeof name === "string");
}

function sum(capacity: unknown): number {
  const parts = Array.isArray(capacity) ? (capacity as unknown[]) : [capacity];
  return parts.reduce<number>((total, part) => {
    const units = (part as { CapacityUnits?: unknown } | null)?.CapacityUnits;
    return total + (typeof units === "number" ? units : 0);
  }, 0);
}
