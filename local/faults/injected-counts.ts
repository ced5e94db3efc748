import type { DatabaseErrorName, PushStatus } from "./fault-set.ts";

/** Each way in which a fault came true, named after its place in the fault set. */
export type InjectedKind =
  | "loseDisconnect"
  | `push.${PushStatus}`
  | "push.delay"
  | `kill.${"before" | "after"}`
  | `database.${DatabaseErrorName}`
  /** A write that was done and answered with an InternalServerError: counted here as well. */
  | "database.hiddenWrite"
  | "database.delay"
  | "indexLag"
  | "staleRead"
  | "stream.delay"
  | "stream.duplicate"
  | "cut"
  | "clockSkew";

/** What was done wrong on command since the start, whichever fault set was in force. */
export interface InjectedCounts {
  add(kind: InjectedKind): void;
  all(): Readonly<Partial<Record<InjectedKind, number>>>;
}

export function createInjectedCounts(): InjectedCounts {
  const counts = new Map<InjectedKind, number>();
  return {
    add: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    all: () => Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
