import type { ErrorAnswer } from "./http-answers.ts";
import type {
  ChangedMessage,
  Conversation,
  Message,
  Preview,
  Presence,
  ReadPosition,
  Sent,
  Undisclosed,
  User,
} from "./objects.ts";
import type { Action } from "./routes.ts";

/** What an action's ack carries. */
export interface AckData {
  join_conversation: {
    readonly conversationId: string;
    readonly kind: Conversation["kind"];
    readonly lastSeq: number;
    readonly lastRev: number;
    readonly readSeq: number;
    /** Of a group the first 100, without presence where there are more. */
    readonly participants: readonly (User & (Presence | Undisclosed))[];
    readonly memberCount: number;
  };
  leave_conversation: { readonly conversationId: string };
  send_message: Sent;
  edit_message: ChangedMessage;
  delete_message: ChangedMessage;
  react: ChangedMessage;
  typing_start: { readonly conversationId: string };
  typing_stop: { readonly conversationId: string };
  mark_read: ReadPosition;
  sync: {
    /** Above `afterSeq`, oldest first. */
    readonly messages: readonly Message[];
    /** Those at or below `afterSeq` that changed after `afterRev`, as they stand. */
    readonly changed: readonly Message[];
    /** Up to where the answer goes: what the next `sync` is to go on from. */
    readonly seq: number;
    readonly rev: number;
    readonly lastSeq: number;
    readonly lastRev: number;
    readonly hasMore: boolean;
  };
}

/** Frames pushed because something happened. */
export type EventFrame =
  | { readonly type: "new_message"; readonly message: Message }
  | { readonly type: "message_changed"; readonly message: Message }
  | {
      readonly type: "conversation_updated";
      readonly conversationId: string;
      readonly lastMessage: Preview;
      readonly lastMessageAt: string;
      readonly unreadCount: number;
      readonly mentionCount: number;
      readonly lastSeq: number;
      readonly lastRev: number;
    }
  | { readonly type: "settings_changed"; readonly conversation: Conversation }
  | { readonly type: "conversation_added"; readonly conversation: Conversation }
  | { readonly type: "conversation_removed"; readonly conversationId: string }
  | { readonly type: "user_typing"; readonly conversationId: string; readonly userId: string }
  | { readonly type: "user_stopped_typing"; readonly conversationId: string; readonly userId: string }
  | {
      readonly type: "messages_read";
      readonly conversationId: string;
      readonly userId: string;
      readonly readSeq: number;
      readonly readAt: string;
    }
  | { readonly type: "user_online"; readonly userId: string; readonly at: string; readonly version: number }
  | {
      readonly type: "user_offline";
      readonly userId: string;
      readonly at: string;
      readonly lastSeenAt: string | null;
      readonly version: number;
    };

/** Several events in their order, as one frame: to connections that asked for it. */
export interface BatchFrame {
  readonly type: "batch";
  readonly events: readonly EventFrame[];
}

/** What bears events, one or several. */
export type EventsFrame = EventFrame | BatchFrame;

/** Answers a frame that carried an `id`: what it asked for is done. */
export type AckFrame = {
  [A in Action]: { readonly type: "ack"; readonly id: string; readonly action: A; readonly data: AckData[A] };
}[Action];

/** Answers a frame that was refused or failed. */
export interface ErrorFrame extends ErrorAnswer {
  readonly type: "error";
  readonly id?: string;
  readonly action?: string;
}

/** Everything that functions send. */
export type PushedFrame = AckFrame | ErrorFrame | EventsFrame;

/** Everything a client may receive, but the gateway's own error frames. */
export type ServerFrame = PushedFrame | { readonly type: "pong" };
