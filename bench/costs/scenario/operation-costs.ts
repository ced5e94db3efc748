/** What one operation takes of the services. */
export interface Units {
  readonly WRU: number;
  readonly RRU: number;
  readonly invocations: number;
}

/**
 * The operations that a scenario is made of, as the engine charges them for a pair with two devices each, contents of
 * 200 bytes, remembered: `test/handlers/scenario-units.test.ts` holds them to it. The worker's invocations are counted
 * apart, since it gathers.
 */
export const OPERATION_COSTS = {
  /** With the authorizer's invocation. */
  firstConnect: { WRU: 2, RRU: 1, invocations: 2 },
  furtherConnect: { WRU: 1, RRU: 1, invocations: 2 },
  disconnect: { WRU: 1, RRU: 1, invocations: 1 },
  /** Of the last device, once the grace has passed. */
  settle: { WRU: 2, RRU: 1, invocations: 1 },
  join: { WRU: 1, RRU: 1.5, invocations: 1 },
  leave: { WRU: 1, RRU: 0.5, invocations: 1 },
  typing: { WRU: 0, RRU: 0.5, invocations: 1 },
  send: { WRU: 2, RRU: 2, invocations: 1 },
  markRead: { WRU: 2, RRU: 1, invocations: 1 },
  list: { WRU: 0, RRU: 21, invocations: 1 },
  history: { WRU: 0, RRU: 4, invocations: 1 },
} as const satisfies Readonly<Record<string, Units>>;

type GroupOperation = "join" | "leave" | "typing" | "markRead" | "history";

/** Beyond so many members typing is not told, receipts go to the reader's own devices, and joining shows no presence. */
export const TOLD_OF_TYPING = 100;

/** The same in a group, none of whose members is in its room: everybody's record is read where all are told. */
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
