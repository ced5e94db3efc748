import type { Taken } from "./measure-growth.ts";

export type DimensionName = "conversations" | "messages" | "users" | "members";

/** What may grow of what an operation takes; everything else of it is the same at every size. */
export interface Growth extends Partial<Readonly<Record<keyof Taken, Line>>> {
  /** Half a sentence for the page. */
  readonly why: string;
}

/** At most `fixed + each · size`, where sizes above `upTo` count as that. */
export interface Line {
  readonly fixed: number;
  readonly each: number;
  readonly upTo?: number;
}

/** The whole list of what grows with what: an operation that does and is not here misses its bound. */
export const NAMED_GROWTH: Readonly<Record<DimensionName, Readonly<Record<string, Growth>>>> = {
  conversations: {
    "presence of a stranger": {
      why: "one's own rows are looked through for groups that both are in: 250, then the stranger's, who has few",
      RRU: { fixed: 2, each: 0.016, upTo: 250 },
      calls: { fixed: 2, each: 0.1, upTo: 10 },
      trips: { fixed: 2, each: 0.1, upTo: 10 },
    },
    "presence transition": {
      why: "every peer is told: half a unit for where they are connected, a row each",
      RRU: { fixed: 3, each: 0.53 },
      calls: { fixed: 5, each: 0.025 },
      trips: { fixed: 8, each: 0.025 },
    },
  },
  messages: {
    "send without afterSeq": {
      why: "the last 100 messages are looked through for its own",
      // The rounds themselves add messages to the smallest.
      RRU: { fixed: 5, each: 0.1, upTo: 100 },
    },
  },
  users: {
    "search, 10 found": {
      // A key range to DynamoDB.
      why: "only in time, and only here: the embedded engine compares all handles that begin with the same two letters",
    },
    sweep: {
      why: "everybody who is not off is looked at, here one in ten",
      RRU: { fixed: 14, each: 0.11 },
      calls: { fixed: 34, each: 0.003 },
      trips: { fixed: 8, each: 0.003 },
    },
  },
  members: {
    "members, a page of 20": {
      why: "their order is by role, so that all are read for each page",
      RRU: { fixed: 12, each: 0.05 },
      calls: { fixed: 4, each: 0.01 },
    },
    join: {
      why: "the first 100 members are shown, and in a group of at most 100 whether they have blocked one",
      RRU: { fixed: 3, each: 1, upTo: 100 },
      calls: { fixed: 5, each: 0 },
      trips: { fixed: 5, each: 0 },
    },
    "send, afterSeq at the tail": {
      why: "everybody's connections are read, and pushed to; beyond 200 by the worker, who reads once more",
      RRU: { fixed: 3, each: 1.6 },
      calls: { fixed: 6, each: 0.05 },
      trips: { fixed: 6, each: 0.02 },
      pushes: { fixed: 0, each: 1 },
    },
    "edit of one's last message": {
      why: "as a send",
      RRU: { fixed: 6, each: 1.6 },
      calls: { fixed: 9, each: 0.05 },
      trips: { fixed: 9, each: 0.02 },
      pushes: { fixed: 0, each: 1 },
    },
    "send that moves the rows": {
      why: "once in a quarter hour everybody's row in their list moves up; beyond 100 by the worker",
      WRU: { fixed: 3, each: 3 },
      RRU: { fixed: 6, each: 1.6 },
      calls: { fixed: 10, each: 1.1 },
      trips: { fixed: 12, each: 0.1 },
      pushes: { fixed: 0, each: 1 },
    },
  },
};

export const mostOf = ({ fixed, each, upTo = Infinity }: Line, size: number): number =>
  fixed + each * Math.min(size, upTo);

export function textOf({ fixed, each, upTo }: Line, one: string): string {
  if (each === 0) return `≤ ${fixed}`;
  return `≤ ${fixed} + ${each} a ${one}${upTo === undefined ? "" : `, of which ${upTo.toLocaleString("en")} count`}`;
}
