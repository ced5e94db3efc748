import type { Conversation, Message } from "../../lambdas/protocol/objects.ts";
import type { EventsFrame } from "../../lambdas/protocol/server-frames.ts";
import type { ClientActs } from "./client-acts.ts";
import type { ChatError } from "./chat-error.ts";
import type { Socket } from "./connection/socket.ts";
import type { Token, Tokens } from "./connection/tokens.ts";
import type { ConversationHandle, Lookups } from "./conversations/conversation-handle.ts";
import type { ConversationListState } from "./conversations/conversation-list-state.ts";
import type { MessageLog } from "./conversations/message-log.ts";
import type { GroupActs } from "./groups.ts";
import type { Environment } from "./environment.ts";
import type { Change } from "./outbox/change.ts";
import type { Entry } from "./outbox/entry.ts";
import type { Store } from "./store.ts";

/**
 * The second file of the package: most of what is asked of the server. It knows the first by what it is given, so that
 * nothing is there twice but what is small and keeps no state.
 */
export interface OnDemand {
  readonly changes: {
    /** Shown at once; resolves when the server has it, or what took its place. @throws ChatError once it is refused */
    make(conversationId: string, change: Change): Promise<void>;
    /** The server has it, or it was taken out, or refused. */
    settled(entry: Entry, error: ChatError | null): void;
    /** The message as it will be. */
    shown(message: Message, entries: readonly Entry[]): Message;
  };
  readonly delivery: {
    /** Tries once to get an entry of the outbox to the server. @throws ChatError */
    attempt(clientMessageId: string): Promise<void>;
  };
  /** Keeps a socket from idling out, and replaces each before it ends, until `signal` is aborted. */
  keepAlive(sockets: Sockets, signal: AbortSignal): Promise<void>;
  /** Asks for everything that was stored, or changed, since what is known. @throws ChatError */
  catchUp(history: KnownHistory): Promise<void>;
  /** The page before what is known. @throws ChatError */
  loadOlder(history: KnownHistory): Promise<void>;
  /** Reads so many of the list, from its beginning, or behind what is shown. @throws ChatError */
  loadList(list: ShownList, count: number, isMore: boolean): Promise<void>;
  take(frame: EventsFrame): void;
  /** What was loaded was somebody else's. */
  forget(): void;
  readonly asked: Asked;
}

/** What a client, or a conversation, offers under these names; of a conversation the first that is given is its id. */
export type Asked = ClientActs & {
  readonly [A in ConversationAct]: (
    conversationId: string,
    ...given: Parameters<ConversationHandle[A]>
  ) => ReturnType<ConversationHandle[A]>;
} & {
  /** The next ones; what goes wrong is shown. */
  loadMembers(conversationId: string): Promise<void>;
  loadConversations(): Promise<void>;
  loadArchived(): Promise<void>;
};

export type ConversationAct = keyof GroupActs | keyof Lookups;

/** A connection, as far as its sockets are kept alive and replaced. */
export interface Sockets {
  readonly environment: Environment;
  readonly tokens: Tokens;
  readonly handlers: { opened(socket: Socket, isFirst: boolean): Promise<void> };
  /** The one that serves. */
  socket: Socket | null;
  /** Open, and about to replace it. */
  next: Socket | null;
  openWith(token: Token): Promise<Socket>;
  /** Ended by a wake-up too. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** A conversation's history, as far as it is known. */
export interface KnownHistory {
  readonly log: MessageLog;
  /** The lowest seq there is for whoever asks. */
  readonly first: number;
  /** How far each participant is known to have read, and when. */
  readonly reads: ReadonlyMap<string, readonly [seq: number, readAt: string]>;
  readonly subject: {
    readonly id: string;
    readonly details: Store<Conversation>;
    readonly isOpen: boolean;
    /** A message as of its latest change. */
    changed(message: Message): void;
    /** More is known. */
    learned(): void;
    /** All is. */
    caughtUp(): void;
  };
  /** The log, or its changes, have come so far. */
  heardOf(lastSeq: number, lastRev: number): void;
}

/** The list as it is shown. */
export interface ShownList {
  readonly store: Store<ConversationListState>;
  /** Where the page after it begins; null at its end. */
  cursor: string | null;
  show(change: Partial<ConversationListState>): void;
}
