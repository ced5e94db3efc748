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
  /** Whether it takes several events in one frame; missing: it did not ask for it. */
  readonly takesBatches?: boolean | undefined;
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
  /** In seconds since the epoch, as tokens have it: what was issued up to then counts no more. Null: never signed out. */
  readonly signedOutAt: number | null;
  readonly connections: readonly Connection[];
}

/** What a user keeps to themselves about a conversation. */
export interface OwnSettings {
  readonly pinned?: boolean | undefined;
  /** How often it has gone into the archive or come out of it: odd, it is there; missing: never. */
  readonly archiveTurn?: number | undefined;
  /** In milliseconds since the epoch; missing or past: not muted. */
  readonly mutedUntil?: number | undefined;
}

/** One of a pair's standing in their conversation. Its index in the list never changes. */
export interface Participant extends OwnSettings {
  readonly id: string;
  readonly readSeq: number;
  /** When the position last moved past a message of others; null before the first. */
  readonly readAt: number | null;
  /** The seq of the newest read step stored for this participant; 0 before the first. */
  readonly stepSeq: number;
  /** Whether they have written; missing before their first message since this is kept. */
  readonly wrote?: boolean | undefined;
  /** Of the newest message that mentions them, read or not; missing: none does. */
  readonly mentionedSeq?: number | undefined;
  /** Whether they have blocked the other. */
  readonly blocked?: boolean | undefined;
}

export type Role = "owner" | "admin" | "member";

/** What happened to a group, and all that follows from it: members, counts and details are the fold of these. */
export type GroupEvent =
  /** `userIds`: all but the one who made it, who is its owner. */
  | ({
      readonly event: "created";
      readonly userIds: readonly string[];
      readonly history: GroupFacts["history"];
    } & GroupDetails)
  | { readonly event: "members_added"; readonly userIds: readonly string[] }
  | { readonly event: "member_removed"; readonly userIds: readonly [string] }
  /** `successor`: who is its owner from then on, where the owner left; null: nobody is left, or another left. */
  | { readonly event: "member_left"; readonly userIds: readonly [string]; readonly successor: string | null }
  /** `owner` makes the one who hands it over an admin. */
  | { readonly event: "role_changed"; readonly userIds: readonly [string]; readonly role: Role }
  /** Undefined: as it was. */
  | ({ readonly event: "details_changed" } & {
      readonly [D in keyof GroupDetails]?: GroupDetails[D] | undefined;
    });

/** What a group says of itself. */
export interface GroupDetails {
  readonly title: string;
  readonly avatarUrl: string | null;
  readonly metadata: Metadata | null;
}

/** What the head of a group has beside: derived from the system messages up to its `lastSeq`. */
export interface GroupFacts extends GroupDetails {
  /** Whether who joins sees what was said before. */
  readonly history: "all" | "from_join";
  readonly memberCount: number;
  /** Of the latest message that changed who belongs to it, or in which role. */
  readonly membershipSeq: number;
  /** How many system messages there are up to `lastSeq`: they are no unread ones. */
  readonly systemCount: number;
  /** The seqs of the latest of them, lowest first, at most `MAX_SYSTEM_SEQS`. */
  readonly systemSeqs: readonly number[];
}

/** What the head of a group knows of its members' archives. */
export interface ArchiveMark {
  /** How often somebody has archived the group, or muted it in there: each move of the head expects it. */
  readonly marks: number;
  /** From when on a message may take it out of an archive, in milliseconds since the epoch; null: nobody has it there. */
  readonly wakesAt: number | null;
}

/** Somebody's standing in a group, an item each. One who has gone keeps theirs, without a role. */
export interface MemberRecord extends OwnSettings {
  readonly userId: string;
  readonly role: Role | null;
  readonly joinedAt: number;
  /** Of the message that let them in; 0 for those who were there from the beginning. */
  readonly joinedSeq: number;
  /** Of the latest message that changed their membership or role: one that is older changes it no more. */
  readonly asOfSeq: number;
  readonly readSeq: number;
  /** How many system messages there are up to `readSeq`. */
  readonly readSystems: number;
  /** When the position reached `readSeq`; null before it first moved. */
  readonly readAt: number | null;
  readonly mentionedSeq?: number | undefined;
}

/** The last message as the head keeps it. */
export interface StoredPreview extends Omit<MessageRecord, "conversationId" | "attemptId"> {
  readonly truncated: boolean;
}

/** The head of a conversation: what is derived from its log, and its participants' positions. */
export interface Head {
  readonly id: string;
  /** The two of a pair; nobody where it is a group, whose members are items of their own. */
  readonly participants: readonly Participant[];
  /** null: a conversation of two. */
  readonly group: GroupFacts | null;
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
  /** Of a group, once a member has archived it. */
  readonly archive?: ArchiveMark | undefined;
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
  /**
   * Of those who still have it the first `MAX_LISTED_REACTORS`, oldest first. Fewer only where one of them took it
   * back and who comes next was not known as of this rev: the change that was ahead brings them.
   */
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
  /** What it tells of a group; null: it is a message that somebody wrote. */
  readonly system: GroupEvent | null;
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
  | { readonly type: "pin"; readonly on: boolean }
  /** Somebody it names was erased: another id stands in their place. Nothing else of it has changed. */
  | { readonly type: "erase" };

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

/** That a message mentions a user, or no longer does, as of one of its revs. */
export interface MentionMark {
  readonly userId: string;
  readonly seq: number;
  readonly rev: number;
  readonly on: boolean;
}

/** What one user has put to one message. */
export interface OwnReactions {
  /** Of the latest change that is in it. */
  readonly rev: number;
  /** When each was put there, and by which change: clocks differ, a rev is the order for everybody. */
  readonly emojis: ReadonlyMap<string, { readonly at: number; readonly rev: number }>;
}

/** Who has put what to a message. */
export interface Reactor extends OwnReactions {
  readonly userId: string;
}
