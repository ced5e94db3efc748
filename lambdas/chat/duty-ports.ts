import type { ErasureCounts } from "../protocol/http-answers.ts";
import type { Erasure, ErasurePlace, MessagesKept } from "./model/erasure.ts";
import type { Participant } from "./model/records.ts";

/** What the duties that data brings along need from outside, beside what chatting does. */

/** Erasures, an item each, by user; it stays, so that whoever was erased is not made again by an old token. */
export interface ErasureStore {
  /** Strongly consistent. */
  getOf(userId: string): Promise<Erasure | null>;
  get(id: string): Promise<Erasure | null>;
  /** Begins one unless one is running; whoever comes second learns the first's. */
  begin(
    userId: string,
    erasure: { readonly messages: MessagesKept; readonly salt: string; readonly at: number },
  ): Promise<Erasure>;
  /** Takes the lease of one that runs, unless somebody else has it at `now`: then null. */
  take(
    id: string,
    lease: { readonly holder: string; readonly now: number; readonly until: number },
  ): Promise<Erasure | null>;
  /** Stores how far it is. False: the lease is somebody else's by now. */
  save(
    id: string,
    holder: string,
    progress: {
      readonly place: ErasurePlace | null;
      readonly counts: ErasureCounts;
      readonly at: number;
      /** null: the lease is given back. */
      readonly until: number | null;
    },
  ): Promise<boolean>;
  /** Ends it: whom it concerned, and what the ids were made from, is forgotten. */
  finish(id: string, holder: string, counts: ErasureCounts, at: number): Promise<boolean>;
  /** The user may come anew. */
  forget(userId: string): Promise<void>;
}

/** A page of something, and where the next begins; null: nowhere. */
export interface TracePage<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** `group_name`: a name under which they have made a group. */
export type OwnKind = "profile" | "rates" | "group_name" | "block";

/** One item of those that stand under a user, as it is stored. */
export type OwnItem =
  | {
      readonly type: "conversation";
      readonly conversationId: string;
      readonly peer: string | null;
      readonly gone: boolean;
    }
  | { readonly type: "other"; readonly kind: OwnKind; readonly fields: Readonly<Record<string, unknown>> };

/**
 * What stands of a user beside messages. What is taken out stays out: nothing here depends on what was there before,
 * so all of it may be done twice, and by two at once.
 */
export interface TraceStore {
  /** The first conversation that still stands in the user's inbox; strongly consistent. */
  firstRow(userId: string): Promise<{ readonly conversationId: string; readonly peer: string | null } | null>;
  /** Everything that stands under the user, page by page, by key. */
  listOwn(
    userId: string,
    cursor: string | null,
    limit: number,
  ): Promise<TracePage<OwnItem & { readonly cursor: string }>>;
  /** Takes out up to `limit` items that stand under the user; how many there were. */
  removeOwn(userId: string, limit: number): Promise<number>;
  removeRow(userId: string, conversationId: string): Promise<void>;
  /** Puts the other id in the user's place among who reacted, over one page of the conversation's reactions. */
  moveReactions(
    conversationId: string,
    who: Renaming,
    cursor: string | null,
    limit: number,
  ): Promise<TraceMoves>;
  /** The same over one page of its changes; what edits said goes too, which their messages have by then. */
  moveChanges(
    conversationId: string,
    who: Renaming,
    cursor: string | null,
    limit: number,
  ): Promise<TraceMoves>;
  /** Takes out up to `limit` marks, read steps and memberships; `place` among a pair's participants. How many. */
  removeMarks(conversationId: string, userId: string, place: number | null, limit: number): Promise<number>;
  /** Puts another participant in the user's place in the head of a pair. */
  replaceParticipant(
    conversationId: string,
    userId: string,
    place: number,
    other: Participant,
  ): Promise<void>;
  /** Of a pair: the row in the other one's inbox gets the other id, and which conversation the two have is forgotten. */
  unpair(conversationId: string, who: Renaming, peer: string): Promise<void>;
}

export interface Renaming {
  readonly userId: string;
  readonly alias: string;
}

export interface TraceMoves {
  readonly moved: number;
  readonly cursor: string | null;
}
