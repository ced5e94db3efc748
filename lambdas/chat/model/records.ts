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
export interface StoredPreview extends Omit<MessageRecord, "conversationId" | "attemptId"> {
  readonly truncated: boolean;
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
  /** The latest change that the messages, this head and what stands beside them show. */
  readonly lastRev: number;
  /** The seqs of the pinned messages, in the order in which they were pinned. */
  readonly pins: readonly number[];
  /** What tells a head that was read from one that was guessed. */
  readonly guessed?: never;
}

/**
 * A head as a sender may guess it: good to plan a move from, whose conditions then fail if the guess was
 * wrong; never to answer with, nor to remember.
 */
export type GuessedHead = Omit<Head, "guessed"> & { readonly guessed: true };

/** An integrator's own, kept as it came. */
export type Metadata = Readonly<Record<string, unknown>>;

/** Who put this emoji to a message. */
export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  /** Of those who still have it the first `MAX_LISTED_REACTORS`, oldest first. */
  readonly userIds: readonly string[];
}

/** What a message says, as of its latest change. */
export interface MessageState {
  /** Of the latest change that is in it; 0: it is as it was sent. */
  readonly rev: number;
  /** Empty once it was deleted. */
  readonly content: string;
  readonly mentions: readonly string[];
  readonly metadata: Metadata | null;
  readonly replyToSeq: number | null;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly pinnedAt: number | null;
  readonly reactions: readonly Reaction[];
}

/** A filled slot of the log. What is not of its state never changes. */
export interface MessageRecord extends MessageState {
  readonly conversationId: string;
  readonly seq: number;
  readonly senderId: string;
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

/** What an author says. */
export type Said = Pick<MessageState, "content" | "mentions" | "metadata">;

/** What can happen to a message after it was sent. */
export type MessageChange =
  /** `said` is all the message says then; null once it is in the message: nothing deleted stays findable here. */
  | { readonly type: "edit"; readonly said: Said | null }
  | { readonly type: "delete" }
  | { readonly type: "react"; readonly emoji: string; readonly on: boolean }
  | { readonly type: "pin"; readonly on: boolean };

/** A filled slot of a conversation's second log: a change of one of its messages. */
export interface ChangeRecord {
  readonly conversationId: string;
  /** 1, 2, 3 … without a hole, over all messages of the conversation. */
  readonly rev: number;
  /** Of the message. */
  readonly seq: number;
  readonly userId: string;
  readonly change: MessageChange;
  /** Of the invocation that stored it: how it knows its own put again when the SDK had repeated it. */
  readonly attemptId: string;
  readonly at: number;
}

/** What one user has put to one message. */
export interface OwnReactions {
  /** Of the latest change that is in it. */
  readonly rev: number;
  /** When each was put there. */
  readonly emojis: ReadonlyMap<string, number>;
}
