import { randomUUID } from "node:crypto";
import { WebSocket, type RawData } from "ws";
import { createChatClient } from "../../client/index.ts";
import type { ChatClient, ChatMessage, Conversation, Presence, Store } from "../../client/index.ts";
import type { AckFrame, ErrorFrame } from "../../lambdas/protocol/server-frames.ts";
import type { Disk } from "./disk.ts";
import type { ClientLife } from "./journal.ts";
import { observe, type Observer } from "./observed-socket.ts";
import type { Person } from "./person.ts";
import type { Reply } from "./reply.ts";

const HEARD = [
  "new_message",
  "conversation_updated",
  "messages_read",
  "user_online",
  "user_offline",
] as const;
/** Nobody listens there. */
const NOWHERE = "ws://127.0.0.1:9";
const ANSWER_MS = 10_000;
/** Users wait for half a minute; a history of a few seconds cannot. */
const PATIENCE = 0.2;

export interface ClientSetting {
  readonly observer: Observer;
  readonly person: Person;
  readonly peers: readonly string[];
  readonly disk: Disk;
  readonly random: () => number;
  readonly isOffline: () => boolean;
  /** Told of each key that is on the disk now. */
  readonly written: (key: string) => void;
}

/** What a client of ours shows when it is asked. */
export interface ClientState {
  readonly name: string;
  readonly userId: string;
  readonly conversations: readonly Conversation[];
  readonly presence: ReadonlyMap<string, Presence>;
  /** By conversation. */
  readonly messages: ReadonlyMap<string, readonly ChatMessage[]>;
}

/** A client of ours from its start to its end, and everything it told and showed. */
export class RunningClient {
  readonly client: ChatClient;
  readonly life: ClientLife;
  readonly #setting: ClientSetting;
  readonly #presence: Store<ReadonlyMap<string, Presence>>;
  readonly #sockets = new Set<WebSocket>();
  readonly #over = new AbortController();

  constructor(setting: ClientSetting) {
    this.#setting = setting;
    const { observer, person, peers, disk, random, isOffline, written } = setting;
    const { journal, conversations } = observer;
    this.life = { name: observer.name, userId: person.id, told: [], shown: new Map(), discarded: new Set() };
    journal.lives.push(this.life);
    const sockets = this.#sockets;
    this.client = createChatClient({
      ...person.cloud,
      storage: disk.mount(this.#over.signal, written),
      getToken: () => (isOffline() ? Promise.reject(new Error("offline")) : person.freshToken()),
      fetch: (input, init) => (isOffline() ? Promise.reject(new Error("offline")) : fetch(input, init)),
      WebSocket: class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(isOffline() ? NOWHERE : url, protocols, { perMessageDeflate: false });
          observe(this, observer);
          sockets.add(this);
          this.once("close", () => sockets.delete(this));
        }
      },
      logger: {
        debug: () => undefined,
        warn: (text, details) =>
          journal.blame(
            "state",
            `${observer.name} warns: ${text} ${String(Object.values(details ?? {})[0])}`,
          ),
      },
      random: () => random() * PATIENCE,
    });
    this.#presence = this.client.presence(peers);
    for (const type of HEARD) this.client.on(type, (event) => void this.life.told.push(event));
    this.client.on("new_message", ({ message }) => {
      journal.saw({ to: person.id, at: journal.tick(), askedAt: null, source: "listener", message });
    });
    for (const id of conversations) this.#watch(id);
    this.#count();
    // It ends only with its client.
    this.client.connect().catch(() => undefined);
  }

  get isOnline(): boolean {
    return this.client.connection.get().state === "online";
  }

  messages(conversationId: string): readonly ChatMessage[] {
    return this.client.conversation(conversationId).messages.get().items;
  }

  get state(): ClientState {
    const { observer } = this.#setting;
    return {
      name: observer.name,
      userId: observer.userId,
      conversations: this.client.conversations.get().items,
      presence: this.#presence.get(),
      messages: new Map(observer.conversations.map((id) => [id, this.messages(id)])),
    };
  }

  /** The network goes, for a moment or as long as it is off. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** As a process dies: what it had still to do is not done. */
  async crash(): Promise<void> {
    this.#over.abort();
    this.cut();
    await this.client.close();
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** A page of the log over the client's own socket: it does not notice. */
  askSync(fields: Readonly<Record<string, unknown>>): Promise<Reply<never>> {
    const socket = [...this.#sockets].find(({ readyState }) => readyState === WebSocket.OPEN);
    if (!socket) return Promise.resolve({ type: "unknown", because: "closed" });
    const id = randomUUID();
    return new Promise((resolve) => {
      const settle = (reply: Reply<never>): void => {
        clearTimeout(timer);
        socket.off("message", take).off("close", closed);
        resolve(reply);
      };
      const take = (data: RawData): void => {
        const frame = JSON.parse((data as Buffer).toString("utf8")) as AckFrame | ErrorFrame;
        if (frame.id !== id) return;
        if (frame.type === "ack") settle({ type: "answer", data: frame.data as never });
        else settle({ ...frame, type: "refused" });
      };
      const closed = (): void => settle({ type: "unknown", because: "closed" });
      const timer = setTimeout(() => settle({ type: "unknown", because: "timeout" }), ANSWER_MS);
      socket.on("message", take).on("close", closed);
      socket.send(JSON.stringify({ action: "sync", id, ...fields }));
    });
  }

  #watch(conversationId: string): void {
    const shown: (readonly ChatMessage[])[] = [];
    this.life.shown.set(conversationId, shown);
    this.client.conversation(conversationId).messages.subscribe(() => {
      const items = this.messages(conversationId);
      if (items !== shown.at(-1) && !this.#over.signal.aborted) shown.push(items);
    });
  }

  #count(): void {
    const { counts } = this.#setting.observer.journal;
    const { connection } = this.client;
    let before = connection.get().state;
    connection.subscribe(() => {
      const { state } = connection.get();
      if (state === "online") counts.connects += 1;
      if (state === "offline" && before === "online") counts.lostSockets += 1;
      if (state === "offline" && before === "connecting") counts.refusedConnects += 1;
      before = state;
    });
  }
}
