import type { ChatMessage } from "../../client/index.ts";
import type { Conversation, Message, Presence, Preview, Role } from "../../lambdas/protocol/objects.ts";
import type { EventFrame } from "../../lambdas/protocol/server-frames.ts";

/**
 * How far an answer may be behind what was acked or shown before it was asked for, where it reads an index or
 * eventually consistent: a fault holds reads back by two seconds at most, and a busy machine its copies.
 */
export const LAG_MS = 10_000;

/** A message somebody means to send, with every try at it, from whichever device. */
export interface Intent {
  readonly senderId: string;
  readonly conversationId: string;
  readonly content: string;
  /** What every try bears; a client of ours chooses it when it is written. */
  clientMessageId: string | null;
  readonly mentions: readonly string[];
  readonly replyToSeq: number | null;
  /** Repeated as it was first, save after a `CONFLICT`. */
  afterSeq: number | null;
  /** After that many tries the client has died, or lets it be. */
  readonly maxAttempts: number;
  readonly acks: Ack[];
  /** The `afterSeq` of each try. */
  readonly afterSeqs: (number | null)[];
  /** Codes that will not pass. */
  readonly refusals: string[];
  /** The outbox that keeps it: what that one holds goes out in the order it was written in. Null: it is not kept. */
  outbox: string | null;
  /** When the first try began; null before. */
  beganAt: number | null;
  attempts: number;
}

/** A change of a message that somebody asks for, with every try at it. */
export interface ChangeIntent {
  readonly userId: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly change: WantedChange;
  /** After that many tries the client has died. */
  readonly maxAttempts: number;
  /** Of the client that users have as many as it may take. */
  attempts: number;
  /** The message as it stood then. */
  readonly acks: Pick<Ack, "at" | "message">[];
  /** The client that users have has told that it is made, or one that took its place. */
  isMade: boolean;
  /** Codes that will not pass. A try that got neither an ack nor one of these may have been stored. */
  readonly refusals: string[];
}

export type WantedChange =
  /** Nobody ever writes the same twice. `ifRev`: only what has that `rev`. */
  | { readonly type: "edit"; readonly content: string; readonly ifRev: number | null }
  | { readonly type: "delete" }
  | { readonly type: "react"; readonly emoji: string; readonly on: boolean }
  | { readonly type: "pin"; readonly on: boolean };

/** A change of a group that somebody asks for, with every try at it. */
export interface GroupIntent {
  readonly userId: string;
  readonly conversationId: string;
  readonly act: GroupAct;
  /** After that many tries the client has died. */
  readonly maxAttempts: number;
  attempts: number;
  /** When the first try began; null before. */
  beganAt: number | null;
  /** When it was answered. */
  ackedAt: number | null;
}

export type GroupAct =
  | { readonly type: "add"; readonly userIds: readonly string[] }
  /** Oneself: one leaves. */
  | { readonly type: "remove"; readonly userId: string }
  | { readonly type: "role"; readonly userId: string; readonly role: Role }
  /** Nobody ever gives the same title twice. */
  | { readonly type: "rename"; readonly title: string };

export interface GroupMove {
  readonly userId: string;
  readonly conversationId: string;
  readonly at: number;
  readonly isIn: boolean;
}

/** In a group, what was refused to somebody who may have had no right to it. */
export interface GroupRefusal {
  readonly userId: string;
  readonly conversationId: string;
  readonly action: string;
  readonly code: string;
  readonly askedAt: number;
  readonly at: number;
  /** What it was about: a message, whom a message mentions, whom an act of the group is of. */
  readonly about: { readonly seq?: number; readonly userIds?: readonly string[] };
}

export interface Ack {
  readonly at: number;
  readonly message: Message;
  readonly duplicate: boolean;
}

/** A message as somebody was shown it. */
export interface Sight {
  /** The user who saw it. */
  readonly to: string;
  readonly at: number;
  /** When what showed it was asked for; an event was not asked for. */
  readonly askedAt: number | null;
  readonly source: "ack" | "sync" | "history" | "event" | "list" | "listener" | "quote";
  readonly message: Message | Preview;
}

export interface SyncAnswer {
  readonly userId: string;
  readonly askedAt: number;
  readonly conversationId: string;
  readonly afterSeq: number;
  readonly messages: readonly Message[];
  readonly lastSeq: number;
  readonly hasMore: boolean;
  /** Null: changes were not asked for. */
  readonly afterRev: number | null;
  readonly changed: readonly Message[];
  readonly rev: number;
  readonly lastRev: number;
}

/** A try at moving a read position: by marking up to `seq`, or (null) by reading the newest messages. */
export interface ReadAttempt {
  readonly userId: string;
  readonly conversationId: string;
  readonly seq: number | null;
  readonly beganAt: number;
  answer: { readonly at: number; readonly readSeq: number } | null;
}

/** When somebody's position reached exactly this message, as an ack or an event told it. */
export interface ReadTime {
  readonly userId: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly readAt: string;
}

export interface ListAnswer {
  readonly userId: string;
  readonly askedAt: number;
  readonly conversations: readonly Conversation[];
}

export interface PresenceSight {
  readonly askedAt: number | null;
  readonly at: number;
  readonly userId: string;
  readonly presence: Pick<Presence, "online" | "version">;
}

/** What a client of ours told and showed between one start of it and its end. */
export interface ClientLife {
  readonly name: string;
  readonly userId: string;
  /** What its listeners heard, in their order. */
  readonly told: EventFrame[];
  /** By conversation, every state of its messages, one after the other. */
  readonly shown: Map<string, (readonly ChatMessage[])[]>;
  /** Keys of messages that were taken back. */
  readonly discarded: Set<string>;
}

/** What went wrong, in one sentence, under the guarantee it breaks. */
export interface Violation {
  readonly kind:
    | ("lost" | "doubled" | "reordered" | "untrue" | "reading" | "list" | "presence" | "stuck")
    /** Of a client of ours: what it told its listeners, showed, gave up, and holds when all is calm. */
    | ("told" | "shown" | "failed" | "state")
    /**
     * Of changes: their log has a hole, or holds what nobody asked for, or nothing was changed by; somebody has
     * another state of a message; what was deleted or edited away is still to be had.
     */
    | ("revs" | "diverged" | "leaked")
    /** Of groups: who is in it, as what, by whose right; `leaked` is also what somebody sees who is not. */
    | "members";
  readonly text: string;
}

/** Everything the devices of one history did and saw, in one order. */
export class Journal {
  readonly intents: Intent[] = [];
  readonly changes: ChangeIntent[] = [];
  readonly groupIntents: GroupIntent[] = [];
  readonly groupRefusals: GroupRefusal[] = [];
  /** What one was told of oneself: that one is in a group now, or is no more. */
  readonly moves: GroupMove[] = [];
  /** The conversations that are groups. */
  readonly groups = new Set<string>();
  readonly sights: Sight[] = [];
  readonly syncs: SyncAnswer[] = [];
  readonly reads: ReadAttempt[] = [];
  readonly readTimes: ReadTime[] = [];
  readonly lists: ListAnswer[] = [];
  readonly presences: PresenceSight[] = [];
  readonly lives: ClientLife[] = [];
  readonly violations: Violation[] = [];
  readonly counts = {
    operations: 0,
    attempts: 0,
    acked: 0,
    duplicates: 0,
    changeAttempts: 0,
    changesAcked: 0,
    changesRefused: 0,
    groupAttempts: 0,
    groupAcked: 0,
    groupRefused: 0,
    events: 0,
    probes: 0,
    connects: 0,
    refusedConnects: 0,
    lostSockets: 0,
    errors: 0,
    timeouts: 0,
    gatewayErrors: 0,
  };
  /** When each moment was. */
  readonly #times: number[] = [];

  constructor(readonly clock: () => number = Date.now) {}

  /** A moment: later than every one before. */
  tick(): number {
    return this.#times.push(this.clock());
  }

  /** Milliseconds from one moment to a later one. */
  between(earlier: number, later: number): number {
    return (this.#times[later - 1] ?? NaN) - (this.#times[earlier - 1] ?? NaN);
  }

  /** Somebody was shown a message, and with it the one it answers. */
  saw(sight: Sight): void {
    this.sights.push(sight);
    const quoted = sight.message.replyTo?.preview;
    if (quoted) this.sights.push({ ...sight, source: "quote", message: quoted });
  }

  blame(kind: Violation["kind"], text: string): void {
    this.violations.push({ kind, text });
  }
}
