import type { Presence, Role, SystemEvent, User } from "./objects.ts";

/** What an export says of a user, a line each. Times are ISO 8601 in UTC with milliseconds. */
export type ExportLine =
  | ({ readonly kind: "profile"; readonly signedOutAt: string | null } & User &
      Presence & { readonly connections: readonly ExportedConnection[] })
  | { readonly kind: "block"; readonly userId: string; readonly at: string }
  /** What a rate or a group's own name has left, as it is stored. */
  | { readonly kind: "rates" | "group_name"; readonly stored: Readonly<Record<string, unknown>> }
  | {
      readonly kind: "conversation";
      readonly conversationId: string;
      /** Of a conversation of two the other one; null: it is a group. */
      readonly with: string | null;
      readonly title: string | null;
      /** null: they belong to it no more. */
      readonly role: Role | null;
      readonly joinedAt: string | null;
      readonly readSeq: number;
      readonly readAt: string | null;
      readonly pinned: boolean;
      readonly archived: boolean;
      readonly mutedUntil: string | null;
    }
  | {
      readonly kind: "message";
      readonly conversationId: string;
      readonly seq: number;
      readonly rev: number;
      readonly content: string;
      readonly clientMessageId: string | null;
      readonly createdAt: string;
      readonly editedAt: string | null;
      readonly deletedAt: string | null;
      readonly replyToSeq: number | null;
      readonly mentions: readonly string[];
      readonly metadata: Readonly<Record<string, unknown>> | null;
      readonly system: SystemEvent | null;
    }
  /** What somebody else said stays theirs: only where it is. */
  | {
      readonly kind: "mention";
      readonly conversationId: string;
      readonly seq: number;
      readonly senderId: string;
      readonly at: string;
    }
  | {
      readonly kind: "reaction";
      readonly conversationId: string;
      readonly seq: number;
      readonly emoji: string;
      readonly at: string;
    }
  /** An edit, deletion, reaction or pin that they made. */
  | {
      readonly kind: "change";
      readonly conversationId: string;
      readonly rev: number;
      readonly seq: number;
      readonly change: string;
      readonly at: string;
    }
  /** Up to where they had read by then. */
  | { readonly kind: "reading"; readonly conversationId: string; readonly seq: number; readonly at: string }
  /** The last line of each page; `nextCursor` is null on the last one. */
  | { readonly kind: "page"; readonly nextCursor: string | null };

interface ExportedConnection {
  readonly id: string;
  readonly since: string;
  readonly lease: string;
  /** The conversations it has joined. */
  readonly rooms: readonly string[];
}
