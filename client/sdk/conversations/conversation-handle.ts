import type { Conversation, Message, ReactionEntry, User } from "../../../lambdas/protocol/objects.ts";
import type { ChatError } from "../chat-error.ts";
import type { MessageEdit } from "../outbox/change.ts";
import type { MessageToSend } from "../outbox/entry.ts";
import type { ConversationSettings, GroupActs, MembersState } from "../groups.ts";
import type { Store } from "../store.ts";

/** A message as it is shown: as the server has it, or on its way there. */
export type ChatMessage = Message & {
  /** `pending` is kept and goes out by itself; `failed` was refused and waits for `retry` or `discard`. */
  readonly state: "pending" | "sent" | "failed";
  readonly error?: ChatError;
  /** The same from `pending` to `sent`: what a list is keyed by. */
  readonly key: string;
};

/** The messages of a conversation that are loaded, oldest first; those on their way last, with a `seq` of 0. */
export interface MessagesState {
  readonly items: readonly ChatMessage[];
  readonly hasOlder: boolean;
  readonly loading: boolean;
  readonly error: ChatError | null;
}

/** Who reacted, as far as one answer tells: `nextCursor` asks for those after them. */
export interface ReactionsFound {
  readonly reactions: readonly ReactionEntry[];
  readonly nextCursor: string | null;
}

/** What is looked up as it stands. Each needs the network, and rejects with a `ChatError`. */
export interface Lookups {
  /** The pinned messages, latest pin first. */
  pins(): Promise<readonly Message[]>;
  /** Who reacted to a message: a message itself names the first of them only. */
  reactions(
    seq: number,
    from?: { readonly emoji?: string; readonly cursor?: string },
  ): Promise<ReactionsFound>;
}

/** One conversation. */
export interface ConversationHandle extends GroupActs, Lookups {
  readonly id: string;
  readonly details: Store<Conversation>;
  readonly messages: Store<MessagesState> & { loadOlder(): Promise<void> };
  /** Those in a group. None are loaded before `loadMore` is called; those that are stay up to date. */
  readonly members: Store<MembersState> & { loadMore(): Promise<void> };
  /** The others who type now. */
  readonly typing: Store<readonly User[]>;
  /** Joins the room and catches up, and does so over reconnects until the function returned is called. */
  open(): () => void;
  /** Takes a message to be sent, whatever the connection does, and tells how it stands at once. */
  send(message: MessageToSend): ChatMessage;
  /**
   * Changes a text message of one's own. Like the three below it is shown at once, waits in the outbox with what is
   * sent, and resolves when the server has it, or a later one that took its place; if it is refused, it is undone, and
   * this rejects with the `ChatError`.
   */
  edit(seq: number, edit: MessageEdit): Promise<void>;
  /** Deletes one's own message, or, as owner or admin of a group, anybody's. */
  delete(seq: number): Promise<void>;
  /** Sets or removes one's reaction with this emoji. */
  react(seq: number, emoji: string, on: boolean): Promise<void>;
  pin(seq: number, on: boolean): Promise<void>;
  /** Pins, archives or mutes it, for oneself alone. Shown at once, and made and undone as those above. */
  setSettings(settings: ConversationSettings): Promise<void>;
  /** Up to a seq, or to the newest message known. Shown at once; resolves when the server has it. */
  markRead(seq?: number): Promise<void>;
  /** Sends one again that was refused. */
  retry(clientMessageId: string): void;
  /** Takes one back that has not been sent. */
  discard(clientMessageId: string): void;
  /** Whether one types: said at every keystroke, told as often as is needed, lost where there is no connection. */
  setTyping(on: boolean): void;
}
