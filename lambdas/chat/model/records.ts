/** What is stored, as the rules see it. Times are milliseconds since the epoch. */

/**
 * The claims a profile is made of, as last presented; what a token left out keeps its stored value. Null: the
 * token said that there is none, or nothing that could be shown.
 */
export interface Claims {
  readonly handle?: string | null;
  readonly fullName?: string | null;
  readonly picture?: string | null;
}

/** When the token was issued that each stored claim is from, in seconds since the epoch; absent: unknown. */
export type ClaimTimes = { readonly [C in keyof Claims]?: number };

/** Whom a verified token names, and what it says of them. */
export interface Identity {
  readonly userId: string;
  readonly claims: Claims;
  /** In seconds since the epoch; null where it does not say. */
  readonly issuedAt: number | null;
}

/** `leaving`: the last connection has gone, the grace is running. */
export type PresenceState = "off" | "on" | "leaving";

/** A connection as it stands on its user's record. */
export interface Connection {
  readonly id: string;
  /** Until when it counts as live without another sign of life: the earlier of socket lifetime and token expiry. */
  readonly lease: number;
  readonly since: number;
  readonly rooms: ReadonlySet<string>;
}

/** A user's profile and presence, with the connections they have. */
export interface UserRecord {
  readonly id: string;
  /** What is null is not stored. */
  readonly claims: Claims;
  readonly claimedAt: ClaimTimes;
  readonly state: PresenceState;
  /** What clients see: one up with each transition to online or offline. */
  readonly version: number;
  /** One up with every change of state or connections: what a change is conditioned on. */
  readonly revision: number;
  readonly lastSeenAt: number | null;
  readonly connections: readonly Connection[];
}

/** One participant's standing in a conversation. Its index in the list never changes. */
export interface Participant {
  readonly id: string;
  readonly readSeq: number;
  /** When the position last moved past a message of others; null before the first. */
  readonly readAt: number | null;
  /** The seq of the newest read step stored for this participant; 0 before the first. */
  readonly stepSeq: number;
  /** Whether they have written; missing before their first message since this is kept. */
  readonly wrote?: boolean | undefined;
}

/** The last message as the head keeps it. */
export interface StoredPreview {
  readonly seq: number;
  readonly senderId: string;
  readonly content: string;
  readonly truncated: boolean;
  readonly clientMessageId: string | null;
  readonly createdAt: number;
}

/** The head of a conversation: what is derived from its log, and its participants' positions. */
export interface Head {
  readonly id: string;
  readonly participants: readonly Participant[];
  readonly createdAt: number;
  readonly lastSeq: number;
  readonly lastMessage: StoredPreview | null;
  /** Never goes back, even where the clock of a function does: the list is ordered by it. */
  readonly lastMessageAt: number | null;
  /** The time the inbox rows of this conversation bear. */
  readonly activityAt: number;
  /** Bytes of UTF-8 the longest content so far took: what a reader of the log has to reckon with. */
  readonly largest: number;
  /** What tells a head that was read from one that was guessed. */
  readonly guessed?: never;
}

/**
 * A head as a sender may guess it: good to plan a move from, whose conditions then fail if the guess was
 * wrong; never to answer with, nor to remember.
 */
export type GuessedHead = Omit<Head, "guessed"> & { readonly guessed: true };

/** A filled slot of the log. */
export interface MessageRecord {
  readonly conversationId: string;
  readonly seq: number;
  readonly senderId: string;
  readonly content: string;
  readonly clientMessageId: string | null;
  /** Of the invocation that stored it: how it knows its own put again when the SDK had repeated it. */
  readonly attemptId: string;
  readonly createdAt: number;
}

/** When a read position that has since moved on was reached. */
export interface ReadStep {
  readonly participant: number;
  readonly seq: number;
  readonly at: number;
}
