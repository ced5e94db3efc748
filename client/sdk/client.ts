import type { Conversation, Presence, User } from "../../lambdas/protocol/objects.ts";
import type { EventsFrame } from "../../lambdas/protocol/server-frames.ts";
import type { ChatClient, ChatClientOptions } from "./chat-client.ts";
import { lost } from "./chat-error.ts";
import { Connection } from "./connection/connection.ts";
import type { ConnectionState } from "./connection/connection.ts";
import { Http } from "./connection/http.ts";
import type { Socket } from "./connection/socket.ts";
import { Tokens } from "./connection/tokens.ts";
import type { ConversationHandle } from "./conversations/conversation-handle.ts";
import type { ConversationListState } from "./conversations/conversation-list-state.ts";
import { ConversationList } from "./conversations/conversation-list.ts";
import { Conversations } from "./conversations/conversations.ts";
import { background, SILENT } from "./environment.ts";
import type { Environment, SocketConstructor } from "./environment.ts";
import { Events } from "./events.ts";
import type { ChatEvents } from "./events.ts";
import { askLater, Loader } from "./loader.ts";
import type { ClientActs } from "./client-acts.ts";
import type { OnDemandParts } from "./on-demand/on-demand-parts.ts";
import { Outbox } from "./outbox/outbox.ts";
import { People } from "./people.ts";
import { forgiving, memoryStorage } from "./storage/chat-storage.ts";
import type { ChatStorage, ForgivingStorage } from "./storage/chat-storage.ts";
import { indexedDbStorage } from "./storage/indexed-db-storage.ts";
import { notLoaded, Value } from "./store.ts";
import type { Store } from "./store.ts";
import { Tabs } from "./tabs.ts";
import type { TabMessage } from "./tabs.ts";

/** Makes a client; nothing happens before `connect`. */
export function createChatClient(options: ChatClientOptions): ChatClient {
  return new Client(options);
}

const ME = "me";
/** What only asks the server. */
const ASKED = "direct createGroup findUser searchUsers blocks block unblock".split(
  " ",
) as (keyof ClientActs)[];

class Client implements ChatClient {
  readonly connection: Store<ConnectionState>;
  readonly me = new Value<User | null>(null);
  readonly waiting: Store<number>;
  readonly conversations: ChatClient["conversations"];
  readonly archived: ChatClient["archived"] & Value<ConversationListState>;
  declare direct: ChatClient["direct"];
  declare createGroup: ChatClient["createGroup"];
  declare findUser: ChatClient["findUser"];
  declare searchUsers: ChatClient["searchUsers"];
  declare blocks: ChatClient["blocks"];
  declare block: ChatClient["block"];
  declare unblock: ChatClient["unblock"];
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
  readonly #parts: OnDemandParts;
  readonly #onDemand = new Loader(async () => {
    const { onDemand } = await import("./on-demand/on-demand.ts");
    return onDemand(this.#parts);
  });
  #tabs: Tabs | null = null;
  #restored: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: ChatClientOptions) {
    const environment = (this.#environment = environmentOf(options));
    this.#storage = forgiving(options.storage ?? defaultStorage(), environment.logger);
    this.#tokens = new Tokens(options.getToken, environment.now, (userId) => this.#identified(userId));
    this.#http = new Http(environment, this.#tokens);
    this.#people = new People(environment, this.#http);
    this.#list = new ConversationList(environment, this.#storage, this.#people, this.#onDemand);
    const handlers = {
      event: (frame: EventsFrame) => this.#conversations.take(frame),
      opened: (socket: Socket, isFirst: boolean) => this.#opened(socket, isFirst),
    };
    this.#connection = new Connection(environment, this.#tokens, handlers, this.#onDemand);
    const parts = {
      environment,
      connection: this.#connection,
      http: this.#http,
      storage: this.#storage,
      people: this.#people,
      list: this.#list,
      events: this.#events,
      myId: () => this.me.get()?.id ?? null,
      onDemand: this.#onDemand,
    };
    this.#outbox = new Outbox({
      ...parts,
      changed: (conversationId) => this.#conversations.outboxChanged(conversationId),
      settled: (entry, message) => this.#conversations.settled(entry, message),
      tell: (message) => this.#tabs?.tell(message),
    });
    const all = { ...parts, outbox: this.#outbox };
    this.#conversations = new Conversations(all);
    this.archived = notLoaded<Conversation>(askLater(this.#onDemand, "loadArchived"));
    this.#parts = {
      ...all,
      archived: this.archived,
      lost,
      conversation: (id) => this.#conversations.get(id),
    };
    this.connection = this.#connection.state;
    this.waiting = this.#outbox.waiting;
    this.connection.subscribe(() => this.#tabs?.stand(this.#connection.isOnline));
    for (const name of ASKED) this[name] = askLater(this.#onDemand, name);
    this.conversations = { ...this.#list.store, loadMore: askLater(this.#onDemand, "loadConversations") };
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
    this.#tokens.close();
    this.#tabs?.close();
    this.#list.close();
    await this.#conversations.close();
  }

  async signOut(): Promise<void> {
    this.#tabs?.tell({ type: "signed_out" });
    await this.#forget();
  }

  conversation(id: string): ConversationHandle {
    return this.#conversations.get(id);
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
      // First: what other tabs tell while it is read counts too.
      this.#join(kept.id);
      await Promise.all([this.#list.restore(), this.#outbox.load()]);
      await this.#conversations.restore();
    })().catch((cause: unknown) => {
      this.#environment.logger.warn("failed", { cause });
    }));
  }

  /** Whose client this is, before anything is done in their name. What was kept of somebody else is nobody's business. */
  async #identified(userId: string): Promise<void> {
    await this.#restore();
    const known = this.me.get()?.id;
    if (this.#isClosed || known === userId) return;
    if (known !== undefined) {
      this.#tabs?.close();
      this.#connection.drop();
      this.#outbox.forget();
      this.#conversations.forget();
      await this.#storage.clear();
    }
    if (this.#isClosed) return;
    this.me.set(this.#people.user(userId));
    this.#join(userId);
    await this.#storage.set(ME, this.me.get());
  }

  /** Among the tabs of this user. */
  #join(userId: string): void {
    if (this.#isClosed) return;
    const { name } = this.#storage;
    this.#tabs = new Tabs(name && `parley/${name}/${userId}`, {
      heard: (message) => this.#heard(message),
      elected: (term) => background(this.#outbox.startSending(term), this.#environment),
      isWaiting: () => this.waiting.get() > 0,
    });
    this.#tabs.stand(this.#connection.isOnline);
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
  if (!socket) throw new Error("There is no WebSocket.");
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
