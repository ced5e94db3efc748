import type { DatabaseErrorName, DatabaseFault } from "./fault-set.ts";
import type { SeededDecisions } from "./seeded-decisions.ts";

/** A function's database call, as far as a fault depends on it. */
export interface PlannedCall {
  readonly functionName: string;
  /** e.g. `PutItem`. */
  readonly operation: string;
  /** Its number among the calls of its invocation, from 1; null outside of one. */
  readonly nth: number | null;
}

export type DatabaseCallPlan =
  { readonly type: "kill"; readonly when: "before" | "after" } | AnsweredCallPlan;

/** The caller lives to see an answer. */
export type AnsweredCallPlan =
  | {
      readonly type: "error";
      readonly name: DatabaseErrorName;
      /** The database does what it is asked to, and the caller is told otherwise. */
      readonly tookEffect: boolean;
      readonly delayMs: number;
    }
  | { readonly type: "forward"; readonly delayMs: number };

const FORWARD: AnsweredCallPlan = { type: "forward", delayMs: 0 };
const READS = new Set(["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"]);
const ITEM_WRITES = new Set(["PutItem", "UpdateItem", "DeleteItem"]);
const WRITES =
  /^((Put|Update|Delete)Item|BatchWriteItem|TransactWriteItems|(Batch)?ExecuteStatement|ExecuteTransaction)$/;
const TRANSACTIONS = new Set(["TransactWriteItems", "TransactGetItems"]);

export const isRead = (operation: string): boolean => READS.has(operation);
/** PartiQL may. */
export const mayWrite = (operation: string): boolean => WRITES.test(operation);
export const isTransaction = (operation: string): boolean => TRANSACTIONS.has(operation);

export function planDatabaseCall(
  { operation }: PlannedCall,
  fault: DatabaseFault | undefined,
  decisions: SeededDecisions,
): AnsweredCallPlan {
  if (fault === undefined) return FORWARD;
  const { error, delayMs } = fault;
  if (error === undefined || !mayFailWith(error.name, operation)) return { type: "forward", delayMs };
  if (!decisions.decide("database", error.share)) return { type: "forward", delayMs };
  // A throttled or conflicting call never took effect; an InternalServerError leaves open whether it did
  // (DynamoDB developer guide, "Error handling").
  const mayHide = error.name === "InternalServerError" && !isRead(operation);
  const tookEffect = mayHide && decisions.decide("hidden write", 0.5);
  return { type: "error", name: error.name, tookEffect, delayMs };
}

/** Single reads and batches are never refused because of a transaction. */
function mayFailWith(name: DatabaseErrorName, operation: string): boolean {
  if (name !== "TransactionConflictException") return true;
  return ITEM_WRITES.has(operation) || isTransaction(operation);
}
