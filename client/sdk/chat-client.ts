import type { Presence, User } from "../../lambdas/protocol/objects.ts";
import type { UserAnswer } from "../../lambdas/protocol/http-answers.ts";
import type { EventFrame } from "../../lambdas/protocol/server-frames.ts";
import { ChatError, toChatError } from "./chat-error.ts";
import { Connection } from "./connection/connection.ts";
import type { ConnectionState } from "./connection/connection.ts";
import { Http } from "./connection/http.ts";
import type { Socket } from "./connection/socket.ts";
import { Tokens } from "./connection/tokens.ts";
import type { GetToken } from "./connection/tokens.ts";
import type { ConversationHandle } from "./conversations/conversation-handle.ts";
import { ConversationList } from "./conversations/conversation-list.ts";
import type { ConversationListState } from "./conversations/conversation-list.ts";
import { Conversations } from "./conversations/conversations.ts";
import { SILENT } from "./environment.ts";
import type { Environment, Logger, SocketConstructor } from "./environment.ts";
import { Events } from "./events.ts";
import type { ChatEvents } from "./events.ts";
import { Outbox } from "./outbox/outbox.ts";
import { People } from "./people.ts";
import { forgiving, memoryStorage } from "./storage/chat-storage.ts";
import type { ChatStorage } from "./storage/chat-storage.ts";
import { indexedDbStorage } from "./storage/indexed-db-storage.ts";
import { Value } from "./store.ts";
import type { Store } from "./store.ts";
import { Tabs } from "./tabs.ts";

export interface ChatClientOptions {
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** Asked once at a time; again when the last token expires or is refused. */
  readonly getToken: GetToken;
  /** IndexedDB in browsers, memory elsewhere. */
  readonly storage?: ChatStorage;
  readonly WebSocket?: SocketConstructor;
  readonly fetch?: typeof fetch;
  readonly logger?: Logger;
  readonly random?: () => number;
  readonly now?: () => number;
}

/** A user's chat: what the server has, kept as true as the network lets it, and what is on its way there. */
export interface ChatClient {
  /** Resolves once it is online for the first time; it then stays so by itself until `close`. */
  connect(): Promise<void>;
  /** Ends everything; what waits to be sent is kept for the next client with this storage. */
  close(): Promise<void>;
  /** Closes, and forgets what was stored: token, messages, and what was not sent. In all tabs. */
  signOut(): Promise<void>;
  readonly connection: Store<ConnectionState>;
  readonly me: Store<User | null>;
  readonly conversations: Store<ConversationListState> & { loadMore(): Promise<void> };
  /** The one conversation with this user, begun if there is none. @throws ChatError `NOT_FOUND`, `NETWORK` … */
  direct(userId: string): Promise<ConversationHandle>;
  conversation(id: string): ConversationHandle;
  /** null: there is nobody with this id. */
  findUser(userId: string): Promise<UserAnswer | null>;
  /** Only of people one shares a conversation with. */
  presence(userIds: readonly string[]): Store<ReadonlyMap<string, Presence>>;
  /** Tells each event once. `new_message` comes for the conversations that are open, in their order. */
  on<T extends keyof ChatEvents>(event: T, listener: (event: ChatEvents[T]) => void): () => void;
}

/** Makes a client; nothing happens before `connect`. */
export function createChatClient(options: ChatClientOptions): ChatClient {
  return new Client(options);
}

const ME = "me";

class Client implements ChatClient {
  readonly connection: Store<ConnectionState>;
  readonly me = new Value<User | null>(null);
  readonly conversations: ChatClient["conversations"];
  readonly #storage: ChatStorage;
  readonly #tokens: Tokens;
  readonly #http: Http;
  readonly #events = new Events();
  readonly #people: People;
  readonly #list: ConversationList;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #tabs: Tabs;
  readonly #conversations: Conversations;
  #isStarted = false;

  constructor(options: ChatClientOptions) {
    const environment = environmentOf(options);
    this.#storage = forgiving(options.storage ?? defaultStorage(), environment.logger);
    this.#tokens = new Tokens(options.getToken, environment.now);
    this.#http = new Http(environment, this.#tokens);
    this.#people = new People(this.#http);
    this.#list = new ConversationList(this.#http, this.#storage, this.#people);
    this.#connection = new Connection(environment, this.#tokens, {
      event: (frame) => this.#conversations.take(frame as EventFrame),
      opened: (socket, isFirst) => this.#opened(socket, isFirst),
    });
    this.#tabs = new Tabs(this.#storage.name, (message) => {
      if (message.type === "queued") void this.#outbox.heardQueued(message.conversationId);
      else if (message.type === "settled") this.#outbox.heardSettled(message.clientMessageId);
      else void this.#forget();
    });
    this.#outbox = new Outbox({
      environment,
      storage: this.#storage,
      ask: (action, fields) => this.#connection.ask(action, fields),
      sync: (conversationId, afterSeq) =>
        this.#connection.ask("sync", { conversationId, afterSeq, limit: 100 }),
      whenOnline: () => this.#connection.whenOnline(),
      knownSeq: (conversationId) => this.#conversations.knownSeq(conversationId),
      myId: async () => (await this.#tokens.get()).userId,
      changed: (conversationId) => this.#conversations.outboxChanged(conversationId),
      sent: (_entry, message) => this.#conversations.sent(message),
      queued: (conversationId) => this.#tabs.tell({ type: "queued", conversationId }),
      settled: ({ conversationId, clientMessageId }) =>
        this.#tabs.tell({ type: "settled", conversationId, clientMessageId }),
    });
    this.#conversations = new Conversations({
      environment,
      connection: this.#connection,
      http: this.#http,
      storage: this.#storage,
      people: this.#people,
      list: this.#list,
      outbox: this.#outbox,
      events: this.#events,
      myId: () => this.me.get()?.id ?? null,
    });
    this.connection = this.#connection.state;
    this.conversations = { ...this.#list.store, loadMore: () => this.#list.loadMore() };
  }

  async connect(): Promise<void> {
    if (!this.#isStarted) {
      this.#isStarted = true;
      await this.#restore();
      this.#tabs.elect(() => this.#outbox.startSending());
    }
    await this.#connection.start();
  }

  async close(): Promise<void> {
    this.#connection.stop();
    this.#outbox.close();
    this.#tabs.close();
    await this.#conversations.close();
  }

  async signOut(): Promise<void> {
    this.#tabs.tell({ type: "signed_out" });
    await this.#forget();
  }

  async direct(userId: string): Promise<ConversationHandle> {
    const answer = await this.#http.call("POST /api/conversations/find-or-create", {
      body: { otherUserId: userId },
    });
    const handle = this.#conversations.get(answer.conversationId);
    if (!this.#list.find(handle.id)) await this.#list.refresh();
    return handle;
  }

  conversation(id: string): ConversationHandle {
    return this.#conversations.get(id);
  }

  async findUser(userId: string): Promise<UserAnswer | null> {
    try {
      const user = await this.#http.call("GET /api/users", { query: { userId } });
      this.#people.saw(user);
      return user;
    } catch (cause) {
      if (cause instanceof ChatError && cause.code === "NOT_FOUND") return null;
      throw toChatError(cause);
    }
  }

  presence(userIds: readonly string[]): Store<ReadonlyMap<string, Presence>> {
    return this.#people.watch(userIds);
  }

  on<T extends keyof ChatEvents>(event: T, listener: (event: ChatEvents[T]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /** What was known is shown before what is true. */
  async #restore(): Promise<void> {
    const kept = (await this.#storage.get(ME)) as User | undefined;
    if (typeof kept?.id === "string") {
      this.#people.saw(kept);
      this.me.set(kept);
    }
    await Promise.all([this.#list.restore(), this.#outbox.load(), this.#conversations.restore()]);
  }

  async #opened(socket: Socket, isFirst: boolean): Promise<void> {
    if (isFirst) await this.#recognize(socket.token.userId);
    await this.#conversations.enter(socket);
    if (!isFirst) return;
    await Promise.all([this.#list.refresh(), this.#people.refresh()]);
  }

  /** Whose client this is. What was kept of somebody else is nobody's business. */
  async #recognize(userId: string): Promise<void> {
    const known = this.me.get();
    if (known && known.id !== userId) {
      await this.#storage.clear();
      this.#conversations.forget();
    }
    if (known?.id !== userId) this.me.set(this.#people.user(userId));
    void this.findUser(userId)
      .then(async (user) => {
        if (!user) return;
        this.me.set(this.#people.user(userId));
        await this.#storage.set(ME, this.me.get());
      })
      .catch(() => undefined);
  }

  async #forget(): Promise<void> {
    await this.close();
    this.#tokens.forget();
    await this.#storage.clear();
    this.me.set(null);
    this.#conversations.forget();
  }
}

function environmentOf(options: ChatClientOptions): Environment {
  const socket = options.WebSocket ?? (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
  if (!socket) throw new Error("There is no WebSocket here: give one, as `ws` has it.");
  return {
    httpUrl: options.httpUrl.replace(/\/$/, ""),
    wsUrl: options.wsUrl,
    WebSocket: socket,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    logger: options.logger ?? SILENT,
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
  };
}

const defaultStorage = (): ChatStorage => ("indexedDB" in globalThis ? indexedDbStorage() : memoryStorage());
