import { readFileSync } from "node:fs";

/** What one operation takes of the services. */
export interface Units {
  readonly WRU: number;
  readonly RRU: number;
  readonly invocations: number;
}

/** A line of the ledger, as far as it matters here. What the worker takes is in it, and told apart. */
interface LedgerLine extends Units {
  readonly operation: string;
  readonly worker: Units;
}

const LEDGER = JSON.parse(
  readFileSync(new URL("../ledger.json", import.meta.url), "utf8"),
) as readonly LedgerLine[];

/** Without the worker's share, which is counted apart, since the worker gathers. */
function ofLedger(operation: string): Units {
  const line = LEDGER.find((candidate) => candidate.operation === operation);
  if (line === undefined) throw new Error(`The ledger has no operation ${operation}.`);
  const { WRU, RRU, invocations, worker } = line;
  return { WRU: WRU - worker.WRU, RRU: RRU - worker.RRU, invocations: invocations - worker.invocations };
}

/** The operations that a scenario is made of, in a pair with two devices each: from the ledger, whatever it says. */
export const OPERATION_COSTS = {
  /** With the authorizer's invocation. */
  firstConnect: ofLedger("connect, the first device: another is told"),
  furtherConnect: ofLedger("connect, a further device"),
  disconnect: ofLedger("disconnect, another device is left"),
  join: ofLedger("join_conversation"),
  leave: ofLedger("leave_conversation"),
  typing: ofLedger("typing_start"),
  send: ofLedger("send_message"),
  markRead: ofLedger("mark_read"),
  list: ofLedger("GET /api/conversations, 20 of 30"),
  history: ofLedger("GET /api/conversations/{conversationId}/messages, 50 messages"),
} as const;

/** The worker's, once the grace of the last device has passed. */
export const SETTLE: Units = { WRU: 2, RRU: 1, invocations: 1 };

type GroupOperation = "join" | "leave" | "typing" | "markRead" | "history";

/** Beyond so many members typing is not told, receipts go to the reader's own devices, and joining shows no presence. */
export const TOLD_OF_TYPING = 100;

/**
 * The same in a group of any size, none of whose members is in its room: everybody's record is read where all are told.
 * `test/handlers/scenario-units.test.ts` holds it to what the engine charges.
 */
export function groupOperationCosts(members: number): Readonly<Record<GroupOperation, Units>> {
  const isTold = members <= TOLD_OF_TYPING;
  const toTell = isTold ? 2 + members / 2 : 2.5;
  return {
    join: { WRU: 1, RRU: isTold ? members + 1 : 52, invocations: 1 },
    leave: { WRU: 1, RRU: 1, invocations: 1 },
    typing: { WRU: 0, RRU: toTell, invocations: 1 },
    markRead: { WRU: 1, RRU: toTell, invocations: 1 },
    history: { WRU: 0, RRU: 5.5, invocations: 1 },
  };
}

/** A list of twenty groups costs so much more than one of twenty pairs: each member's own record. */
export const LIST_OF_GROUPS = 20;
