import type { Presence, User } from "../../lambdas/protocol/objects.ts";
import type { UserAnswer } from "../../lambdas/protocol/http-answers.ts";
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
import { background, pause, SILENT } from "./environment.ts";
import type { Environment, Logger, SocketConstructor } from "./environment.ts";
import { Events } from "./events.ts";
import type { ChatEvents } from "./events.ts";
import { Outbox } from "./outbox/outbox.ts";
import { People } from "./people.ts";
import { forgiving, memoryStorage } from "./storage/chat-storage.ts";
import type { ChatStorage, ForgivingStorage } from "./storage/chat-storage.ts";
import { indexedDbStorage } from "./storage/indexed-db-storage.ts";
import { Value } from "./store.ts";
import type { Store } from "./store.ts";
import { Tabs } from "./tabs.ts";
import type { TabMessage } from "./tabs.ts";

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
export interface ChatClient {
  /** Resolves once it is online for the first time; it then stays so by itself until `close`. */
  connect(): Promise<void>;
  /** Ends everything; what waits to be sent is kept for the next client with this storage. */
  close(): Promise<void>;
  /** Closes, and forgets what was stored: token, messages, and what was not sent. In all tabs. */
  signOut(): Promise<void>;
  readonly connection: Store<ConnectionState>;
  /** Whose chat it is; null before it is known. */
  readonly me: Store<User | null>;
  readonly conversations: Store<ConversationListState> & { loadMore(): Promise<void> };
  /** The one conversation with this user, begun if there is none. @throws ChatError `NOT_FOUND`, `NETWORK` … */
  direct(userId: string): Promise<ConversationHandle>;
  /** The handle of a conversation one has the id of: always the same. Nothing is asked before it is used. */
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
/** How long a conversation that was just begun is waited for. */
const DETAILS_MS = 3_000;

class Client implements ChatClient {
  readonly connection: Store<ConnectionState>;
  readonly me = new Value<User | null>(null);
  readonly conversations: ChatClient["conversations"];
  readonly #environment: Environment;
  readonly #storage: ForgivingStorage;
  readonly #tokens: Tokens;
  readonly #http: Http;
  readonly #events = new Events();
  readonly #people: People;
  readonly #list: ConversationList;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #conversations: Conversations;
  #tabs: Tabs | null = null;
  #restored: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: ChatClientOptions) {
    const environment = (this.#environment = environmentOf(options));
    this.#storage = forgiving(options.storage ?? defaultStorage(), environment.logger);
    this.#tokens = new Tokens(options.getToken, environment.now, (userId) => this.#identified(userId));
    this.#http = new Http(environment, this.#tokens);
    this.#people = new People(environment, this.#http);
    this.#list = new ConversationList(environment, this.#http, this.#storage, this.#people);
    this.#connection = new Connection(environment, this.#tokens, {
      event: (frame) => this.#conversations.take(frame),
      opened: (socket, isFirst) => this.#opened(socket, isFirst),
    });
    this.#outbox = new Outbox({
      environment,
      storage: this.#storage,
      ask: (action, fields) => this.#connection.ask(action, fields),
      sync: (conversationId, afterSeq) =>
        this.#connection.ask("sync", { conversationId, afterSeq, limit: 100 }),
      whenOnline: () => this.#connection.whenOnline(),
      knownSeq: (conversationId) => this.#conversations.get(conversationId).knownSeq,
      myId: () => this.me.get()?.id ?? null,
      changed: (conversationId) => this.#conversations.outboxChanged(conversationId),
      sent: (message) => this.#conversations.sent(message),
      tell: (message) => this.#tabs?.tell(message),
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

  connect(): Promise<void> {
    const connected = this.#restore().then(() => this.#connection.start());
    // Whoever does not wait for it need not hear that it was closed before.
    connected.catch(() => undefined);
    return connected;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#connection.stop();
    this.#outbox.close();
    this.#tokens.close();
    this.#tabs?.close();
    this.#list.close();
    await this.#conversations.close();
  }

  async signOut(): Promise<void> {
    this.#tabs?.tell({ type: "signed_out" });
    await this.#forget();
  }

  async direct(userId: string): Promise<ConversationHandle> {
    const answer = await this.#http.call("POST /api/conversations/find-or-create", {
      body: { otherUserId: userId },
    });
    const handle = this.#conversations.get(answer.conversationId);
    // With its details, if they come at once.
    if (!this.#list.find(handle.id)) await Promise.race([this.#list.refresh(), pause(DETAILS_MS)]);
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
  #restore(): Promise<void> {
    return (this.#restored ??= (async () => {
      const kept = (await this.#storage.get(ME)) as User | undefined;
      if (typeof kept?.id !== "string") return;
      this.#people.saw(kept);
      this.me.set(kept);
      await Promise.all([this.#list.restore(), this.#outbox.load()]);
    })().catch((cause: unknown) => {
      this.#environment.logger.warn("failed", { cause });
    }));
  }

  /** Whose client this is, before anything is done in their name. What was kept of somebody else is nobody's business. */
  async #identified(userId: string): Promise<void> {
    await this.#restore();
    const known = this.me.get()?.id;
    if (this.#isClosed || (known === userId && this.#tabs)) return;
    if (known !== userId) {
      if (known !== undefined) {
        this.#outbox.forget();
        this.#conversations.forget();
        await this.#storage.clear();
      }
      this.me.set(this.#people.user(userId));
      await this.#storage.set(ME, this.me.get());
    }
    if (this.#isClosed) return;
    this.#tabs?.close();
    const { name } = this.#storage;
    this.#tabs = new Tabs(
      name && `parley/${name}/${userId}`,
      (message) => this.#heard(message),
      () => this.#outbox.startSending(),
    );
    await this.#conversations.restore();
  }

  async #opened(socket: Socket, isFirst: boolean): Promise<void> {
    if (isFirst) {
      this.#list.refreshSoon();
      background(this.#people.refresh(), this.#environment);
      background(this.#refreshProfile(socket.token.userId), this.#environment);
    }
    await this.#conversations.enter(socket);
  }

  async #refreshProfile(userId: string): Promise<void> {
    if (!(await this.findUser(userId))) return;
    this.me.set(this.#people.user(userId));
    await this.#storage.set(ME, this.me.get());
  }

  #heard(message: TabMessage): void {
    if (message.type === "waiting") this.#outbox.heardWaiting(message.entry);
    else if (message.type === "settled") this.#outbox.heardSettled(message.entry, message.message);
    else background(this.#forget(), this.#environment);
  }

  async #forget(): Promise<void> {
    await this.close();
    await this.#storage.wipe();
    this.#outbox.forget();
    this.me.set(null);
    this.#conversations.forget();
  }
}

function environmentOf(options: ChatClientOptions): Environment {
  const socket = options.WebSocket ?? (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
  if (!socket) throw new Error("Give a WebSocket, as `ws` has it.");
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
