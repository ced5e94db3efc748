import type { Conversation, Message, User } from "../../../lambdas/protocol/objects.ts";
import type { ChatError } from "../chat-error.ts";
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

/** One conversation. */
export interface ConversationHandle {
  readonly id: string;
  readonly details: Store<Conversation>;
  readonly messages: Store<MessagesState> & { loadOlder(): Promise<void> };
  /** The others who type now. */
  readonly typing: Store<readonly User[]>;
  /** Joins the room and catches up, and does so over reconnects until the function returned is called. */
  open(): () => void;
  /** Takes a message to be sent, whatever the connection does, and tells how it stands at once. */
  send(message: { readonly content: string }): ChatMessage;
  /** Up to a seq, or to the newest message known. Shown at once; resolves when the server has it. */
  markRead(seq?: number): Promise<void>;
  /** Sends one again that was refused. */
  retry(clientMessageId: string): void;
  /** Takes one back that has not been sent. */
  discard(clientMessageId: string): void;
  /** Whether one types: said at every keystroke, told as often as is needed, lost where there is no connection. */
  setTyping(on: boolean): void;
}
