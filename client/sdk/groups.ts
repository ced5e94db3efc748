import type { Conversation, Metadata, User } from "../../lambdas/protocol/objects.ts";
import type { EventFrame } from "../../lambdas/protocol/server-frames.ts";
import type { ChatError } from "./chat-error.ts";

/** In a group; in a conversation of two both are members. */
export type Role = "owner" | "admin" | "member";

/** Somebody in a group. */
export interface Member extends User {
  readonly role: Role;
  readonly joinedAt: string;
  /** How far they have read. */
  readonly readSeq: number;
}

/** The members that are loaded: owners, admins, then by joining. */
export interface MembersState {
  readonly items: readonly Member[];
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly error: ChatError | null;
}

/** A group that is to be made; the caller is its owner. */
export interface GroupToMake {
  readonly title: string;
  readonly memberIds: readonly string[];
  readonly avatarUrl?: string | null;
  readonly metadata?: Metadata | null;
  /** What who is added later sees of what was said before; all of it unless it is said here. */
  readonly history?: "all" | "from_join";
  /** The same again gives the same group: for who repeats what may have been done. */
  readonly clientConversationId?: string;
}

/** What a group says of itself; what is left out stays. */
export interface GroupDetails {
  readonly title?: string;
  readonly avatarUrl?: string | null;
  readonly metadata?: Metadata | null;
}

/** One's own of a conversation; what is left out stays. */
export interface ConversationSettings {
  readonly pinned?: boolean;
  readonly archived?: boolean;
  /** A time; null: not muted. */
  readonly mutedUntil?: string | null;
}

/** What one does in a group. Each needs the network, and rejects with a `ChatError` where it is refused. */
export interface GroupActs {
  /** Gives the ids of those who were not members yet. */
  addMembers(userIds: readonly string[]): Promise<readonly string[]>;
  removeMember(userId: string): Promise<void>;
  leave(): Promise<void>;
  /** `owner` hands the group over. */
  setRole(userId: string, role: Role): Promise<void>;
  setDetails(details: GroupDetails): Promise<void>;
}

/** What tells of the caller's list of conversations. */
type ListEvent =
  | { readonly type: "conversation_added"; readonly conversation: Conversation }
  | { readonly type: "conversation_removed"; readonly conversationId: string }
  | { readonly type: "settings_changed"; readonly conversation: Conversation };

/** Everything that is pushed. */
export type ChatEvent = EventFrame | ListEvent;
