import type { Member, Metadata, Role } from "../../lambdas/protocol/objects.ts";
import type { ListState } from "./store.ts";

/** The members that are loaded: owners, admins, then by joining. */
export type MembersState = ListState<Member>;

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
