import type { Presence, User } from "../../lambdas/protocol/objects.ts";
import type { ClientActs } from "./client-acts.ts";
import type { ConnectionState } from "./connection/connection.ts";
import type { GetToken } from "./connection/tokens.ts";
import type { ConversationHandle } from "./conversations/conversation-handle.ts";
import type { ConversationListState } from "./conversations/conversation-list-state.ts";
import type { Logger, SocketConstructor } from "./environment.ts";
import type { ChatEvents } from "./events.ts";
import type { ChatStorage } from "./storage/chat-storage.ts";
import type { Store } from "./store.ts";

/** What a client needs to know; what is left out is the platform's own. */
export interface ChatClientOptions {
  /** Where the HTTP API is, such as `http://127.0.0.1:3000`. */
  readonly httpUrl: string;
  /** Where the WebSocket API is, with its stage, such as `ws://127.0.0.1:3000/local`. */
  readonly wsUrl: string;
  /** Asked once at a time; again when the last token expires or is refused. */
  readonly getToken: GetToken;
  /** IndexedDB in browsers, memory elsewhere. */
  readonly storage?: ChatStorage;
  /** Where there is none, as in Node 20: that of `ws`. */
  readonly WebSocket?: SocketConstructor;
  readonly fetch?: typeof fetch;
  /** Silent unless given. */
  readonly logger?: Logger;
  /** From 0 up to 1, exclusive. */
  readonly random?: () => number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A user's chat: what the server has, kept as true as the network lets it, and what is on its way there. */
export interface ChatClient extends ClientActs {
  /** Resolves once it is online for the first time; it then stays so by itself until `close`. */
  connect(): Promise<void>;
  /** Ends everything; what waits to be sent is kept for the next client with this storage. */
  close(): Promise<void>;
  /** Closes, and forgets what was stored: token, messages, and what was not sent. In all tabs. */
  signOut(): Promise<void>;
  readonly connection: Store<ConnectionState>;
  /** Whose chat it is; null before it is known. */
  readonly me: Store<User | null>;
  /** How many messages of all conversations the server has not taken yet, in all tabs: `pending`, not `failed`. */
  readonly waiting: Store<number>;
  readonly conversations: Store<ConversationListState> & { loadMore(): Promise<void> };
  /** Those that were archived. None are loaded before `loadMore` is called; those that are stay up to date. */
  readonly archived: Store<ConversationListState> & { loadMore(): Promise<void> };
  /** The handle of a conversation one has the id of: always the same. Nothing is asked before it is used. */
  conversation(id: string): ConversationHandle;
  /** Only of people one shares a conversation with. */
  presence(userIds: readonly string[]): Store<ReadonlyMap<string, Presence>>;
  /** Tells each event once. `new_message` comes for the conversations that are open, in their order. */
  on<T extends keyof ChatEvents>(event: T, listener: (event: ChatEvents[T]) => void): () => void;
}
