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
  readonly type: "text" | "system";
  /** Of a system message: who did it. */
  readonly sender: User;
  /** Empty once it was deleted, and in a system message. */
  readonly content: string;
  readonly clientMessageId: string | null;
  readonly createdAt: string;
  /** When the recipient's read position first reached the message; never changes once set. Null in a group. */
  readonly readAt: string | null;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  readonly pinnedAt: string | null;
  readonly replyTo: Reply | null;
  /** Ids of the participants it mentions. */
  readonly mentions: readonly string[];
  readonly reactions: readonly Reaction[];
  readonly metadata: Metadata | null;
  /** Of a system message: what it tells. */
  readonly system: SystemEvent | null;
}

/** What a message bears that was never changed, and is nothing but a text. */
export const AS_WRITTEN = {
  rev: 0,
  type: "text",
  editedAt: null,
  deletedAt: null,
  pinnedAt: null,
  replyTo: null,
  mentions: [],
  reactions: [],
  metadata: null,
  system: null,
} as const;

/** A message whose content is cut to `PREVIEW_CODE_POINTS`. */
export interface Preview extends Message {
  readonly truncated: boolean;
}

/** A conversation as one of its participants sees it. */
export interface Conversation {
  readonly id: string;
  readonly kind: "direct" | "group";
  /** What a group says of itself; null in a conversation of two. */
  readonly title: string | null;
  readonly avatarUrl: string | null;
  readonly metadata: Metadata | null;
  readonly createdAt: string;
  /** null: a group. */
  readonly otherParticipant: (User & (Presence | Undisclosed)) | null;
  readonly memberCount: number;
  readonly myRole: Role;
  /** null where there is none that one may see. */
  readonly lastMessage: Preview | null;
  readonly lastMessageAt: string | null;
  /** Messages that others wrote above `readSeq`. */
  readonly unreadCount: number;
  /** Those of them that mention me. */
  readonly mentionCount: number;
  /** The lowest seq I may see. */
  readonly firstSeq: number;
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

/** What a conversation of two bears of which nothing else is known. */
export const OF_TWO = {
  kind: "direct",
  title: null,
  avatarUrl: null,
  metadata: null,
  createdAt: "1970-01-01T00:00:00.000Z",
  memberCount: 2,
  myRole: "member",
  mentionCount: 0,
  firstSeq: 1,
  pinned: false,
  archived: false,
  mutedUntil: null,
} as const;

/** A member of a group, as the others see them. */
export interface Member extends User {
  readonly role: Role;
  readonly joinedAt: string;
  readonly readSeq: number;
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
