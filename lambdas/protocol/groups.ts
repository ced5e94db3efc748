import type { Conversation, Message, Metadata, Preview, Role, SystemEvent, User } from "./objects.ts";

/** What there is in groups alone. */

/** A message that tells what happened to a group. */
export interface SystemMessage extends Message {
  readonly type: "system";
  readonly system: SystemEvent;
}

/** A group as one of its members sees it. */
export interface Group extends Omit<Conversation, "otherParticipant" | "lastMessage"> {
  readonly kind: "group";
  readonly title: string;
  readonly avatarUrl: string | null;
  readonly metadata: Metadata | null;
  readonly createdAt: string;
  readonly otherParticipant: null;
  readonly memberCount: number;
  readonly myRole: Role;
  /** null where there is none that one may see. */
  readonly lastMessage: Preview | null;
  /** The lowest seq I may see. */
  readonly firstSeq: number;
}

/** A member of a group, as the others see them. */
export interface Member extends User {
  readonly role: Role;
  readonly joinedAt: string;
  readonly readSeq: number;
}
