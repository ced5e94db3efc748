/** The objects both APIs answer with. Times are ISO 8601 in UTC with milliseconds. */

/** A profile, as others see it. */
export interface User {
  readonly id: string;
  /** The handle: short, chosen by the user or the identity provider. */
  readonly name: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
}

/** Whether a user is there. */
export interface Presence {
  readonly online: boolean;
  readonly lastSeenAt: string | null;
  /** Grows with every change of the user's presence; what bears a lower one is stale. */
  readonly version: number;
}

/** In the place of presence that one is not told. */
export type Undisclosed = { readonly [F in keyof Presence]: null };

/** Who put this emoji to a message. */
export interface Reaction {
  readonly emoji: string;
  /** How many: exact. */
  readonly count: number;
  /** The first of them, oldest first. */
  readonly userIds: readonly string[];
}

/** What a message answers. */
export interface Reply {
  readonly id: string;
  readonly seq: number;
  /**
   * The message as it stood when this was read, without what it answers itself and without `readAt`; null once it
   * is deleted, and inside another preview.
   */
  readonly preview: Preview | null;
}

/** An integrator's own: a JSON object, as it came. */
export interface Metadata {
  readonly [name: string]: unknown;
}

/** In a group; in a conversation of two both are members. */
export type Role = "owner" | "admin" | "member";

/** What happened to a group. */
export interface SystemEvent {
  readonly event:
    "created" | "members_added" | "member_removed" | "member_left" | "role_changed" | "details_changed";
  /** Whom it happened to; of many at once the first. */
  readonly userIds?: readonly string[];
  readonly role?: Role;
  /** Who is its owner since the owner left. */
  readonly successor?: string;
  readonly title?: string;
  readonly avatarUrl?: string | null;
}

/** A message of a conversation, as of its latest change. */
export interface Message {
  readonly id: string;
  readonly conversationId: string;
  /** 1, 2, 3 … without a hole: the order of the conversation for everybody. */
  readonly seq: number;
  /** Of its latest change in the conversation's order of changes; 0: it is as it was sent. The higher is the newer. */
  readonly rev: number;
  readonly sender: User;
  /** Empty once it was deleted. */
  readonly content: string;
  readonly clientMessageId: string | null;
  readonly createdAt: string;
  /** When the recipient's read position first reached the message; never changes once set. */
  readonly readAt: string | null;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  readonly pinnedAt: string | null;
  readonly replyTo: Reply | null;
  /** Ids of the participants it mentions. */
  readonly mentions: readonly string[];
  readonly reactions: readonly Reaction[];
  readonly metadata: Metadata | null;
}

/** What a message bears that was never changed, and is nothing but a text. */
export const AS_WRITTEN = {
  rev: 0,
  editedAt: null,
  deletedAt: null,
  pinnedAt: null,
  replyTo: null,
  mentions: [],
  reactions: [],
  metadata: null,
} as const;

/** A message whose content is cut to `PREVIEW_CODE_POINTS`. */
export interface Preview extends Message {
  readonly truncated: boolean;
}

/** A conversation as one of its participants sees it. */
export interface Conversation {
  readonly id: string;
  readonly otherParticipant: User & (Presence | Undisclosed);
  readonly lastMessage: Preview | null;
  readonly lastMessageAt: string | null;
  readonly unreadCount: number;
  /** How many of the unread ones mention me. */
  readonly mentionCount: number;
  readonly lastSeq: number;
  readonly readSeq: number;
  /** The latest change of a message. */
  readonly lastRev: number;
  /** The caller's own settings. */
  readonly pinned: boolean;
  readonly archived: boolean;
  /** null: not muted. */
  readonly mutedUntil: string | null;
}

/** Where a participant has read to, and how much of others is left. */
export interface ReadPosition {
  readonly readSeq: number;
  readonly readAt: string | null;
  readonly unreadCount: number;
}

/** What a change of a message answers, over either API: the message as it stands. */
export interface ChangedMessage {
  readonly message: Message;
}

/** One user's reaction to a message. */
export interface ReactionEntry {
  readonly user: User;
  readonly emoji: string;
  readonly at: string;
}

/** What a send answers, over either API. */
export interface Sent {
  readonly message: Message;
  /** Whether an earlier attempt at the same message had stored it. */
  readonly duplicate: boolean;
}
