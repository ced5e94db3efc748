import { createChatClient, memoryStorage } from "../../index.ts";
import type { ChatClient, ChatClientOptions, Message, SocketLike } from "../../index.ts";
// Once it is there it is loaded within the moments that these tests let pass.
import "../../sdk/on-demand/on-demand.ts";
import { AS_WRITTEN } from "../../../lambdas/protocol/objects.ts";

/** A token as an issuer makes it, but for its signature. Times in seconds. */
export function token(sub: string, { iat = Date.now() / 1000, lives = 3600 } = {}): string {
  const claims = Buffer.from(JSON.stringify({ sub, iat, exp: iat + lives })).toString("base64url");
  return `e30.${claims}.s`;
}

export interface SentFrame {
  readonly action: string;
  readonly id?: string;
  readonly [field: string]: unknown;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** In the place of a body in JSON. */
  readonly text?: string;
  readonly headers?: Record<string, string>;
}

/** A server in memory: a log for each conversation, and sockets that do as the test says. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly requests: string[] = [];
  /** Those of its conversations that are none of two. */
  readonly groups = new Set<string>();
  readonly logs = new Map<string, Message[]>();
  /** When each socket was opened, in milliseconds. */
  readonly opened: number[] = [];
  isUp = true;
  /** Sockets that it does not let in. */
  shuts: (socket: FakeSocket) => boolean = () => false;
  /** Whether it says anything to a socket that wants in. */
  accepts: () => boolean = () => true;
  /** Answers a frame in the place of the server; undefined: the server does. */
  answers: (frame: SentFrame, socket: FakeSocket) => object | null | undefined = () => undefined;
  /** Answers a request in the place of the server; null: nothing ever does. */
  http: (path: string, token: string) => FakeAnswer | null | undefined = () => undefined;

  /** What sees each request before it is answered. */
  seesFetch: (own: typeof fetch) => typeof fetch = (own) => own;

  get open(): readonly FakeSocket[] {
    return this.sockets.filter(({ readyState }) => readyState === 1);
  }

  last(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  append(conversationId: string, senderId: string, content: string, clientMessageId: string | null = null) {
    const log = this.logs.get(conversationId) ?? [];
    const seq = log.length + 1;
    const message: Message = {
      id: `${conversationId}-${seq}`,
      conversationId,
      seq,
      sender: { id: senderId, name: senderId, displayName: senderId, avatarUrl: null },
      content,
      clientMessageId,
      createdAt: new Date(Date.now()).toISOString(),
      readAt: null,
      ...AS_WRITTEN,
    };
    this.logs.set(conversationId, [...log, message]);
    return message;
  }

  /** The message with the change and its `rev`. */
  change(conversationId: string, seq: number, change: Partial<Message>): Message {
    const log = this.logs.get(conversationId) ?? [];
    const message = { ...log[seq - 1]!, ...change, rev: revOf(log) + 1 };
    this.logs.set(conversationId, log.with(seq - 1, message));
    return message;
  }

  client(options: Partial<ChatClientOptions> = {}): ChatClient {
    const { sockets, opened } = this;
    const isUp = (socket: FakeSocket): boolean => this.isUp && !this.shuts(socket);
    const accepts = (): boolean => this.accepts();
    const take = (frame: SentFrame, socket: FakeSocket): void => this.#take(frame, socket);
    class Socket extends FakeSocket {
      constructor(_url: string, protocols: string[]) {
        super(protocols, take);
        sockets.push(this);
        opened.push(Date.now());
        if (accepts()) setTimeout(() => (isUp(this) ? this.accept() : this.cut()), 1);
      }
    }
    return createChatClient({
      httpUrl: "http://server.test",
      wsUrl: "ws://server.test",
      getToken: () => token("alice"),
      storage: memoryStorage(),
      WebSocket: Socket,
      fetch: this.seesFetch((input, init) => this.#answer(input as string, new Headers(init?.headers))),
      ...options,
    });
  }

  #take(frame: SentFrame, socket: FakeSocket): void {
    const own = this.answers(frame, socket);
    if (own === null) return;
    if (own) return socket.receive(own);
    if (frame.action === "ping") return socket.receive({ type: "pong" });
    if (frame.id === undefined) return;
    const data = this.#dataOf(frame);
    socket.receive({ type: "ack", id: frame.id, action: frame.action, data });
  }

  #dataOf(frame: SentFrame): unknown {
    const conversationId = String(frame["conversationId"]);
    const log = this.logs.get(conversationId) ?? [];
    switch (frame.action) {
      case "join_conversation":
        return {
          ...{ conversationId, lastSeq: log.length, lastRev: revOf(log), readSeq: 0 },
          kind: this.groups.has(conversationId) ? "group" : "direct",
          participants: ["alice", "bob"].map((id) => ({
            ...{ id, name: id, displayName: id, avatarUrl: null },
            ...{ online: false, lastSeenAt: null, version: 0 },
          })),
        };
      case "send_message": {
        const { content, clientMessageId } = frame as unknown as { content: string; clientMessageId: string };
        const known = log.find((message) => message.clientMessageId === clientMessageId);
        const message = known ?? this.append(conversationId, "alice", content, clientMessageId);
        return { message, duplicate: known !== undefined };
      }
      case "mark_read":
        return { readSeq: frame["seq"], readAt: null, unreadCount: 0 };
      case "sync": {
        const { afterSeq, afterRev = Infinity } = frame as unknown as { afterSeq: number; afterRev?: number };
        const rest = log.filter(({ seq }) => seq > afterSeq);
        const messages = rest.slice(0, 100);
        const changed = log.filter(({ seq, rev }) => seq <= afterSeq && rev > afterRev);
        const [seq, rev] = [messages.at(-1)?.seq ?? afterSeq, revOf(log)];
        const hasMore = rest.length > 100;
        return { messages, changed, seq, rev, lastSeq: log.length, lastRev: rev, hasMore };
      }
      case "edit_message":
      case "delete_message":
      case "react":
        return { message: this.change(conversationId, Number(frame["seq"]), changeOf(frame)) };
      default:
        return { conversationId };
    }
  }

  #answer(url: string, sent: Headers): Promise<Response> {
    const path = url.slice("http://server.test".length);
    this.requests.push(path);
    const own = this.http(path, sent.get("authorization") ?? "");
    if (own === null) return new Promise(() => undefined);
    const { status, body, text, headers } = own ?? { status: 200, body: this.#bodyOf(path) };
    return Promise.resolve(
      new Response(status === 204 ? null : (text ?? JSON.stringify(body)), {
        status,
        ...(headers && { headers }),
      }),
    );
  }

  #bodyOf(path: string): unknown {
    if (path.startsWith("/api/conversations?")) return { conversations: [], nextCursor: null };
    if (path.startsWith("/api/presence")) return { presence: [] };
    if (path.startsWith("/api/users")) return { id: "alice", name: "a", displayName: "A", avatarUrl: null };
    const [, id = "", seq] = /^\/api\/conversations\/([^/]+)\/messages(?:\/(\d+)\/pin)?/.exec(path) ?? [];
    if (seq) return { message: this.change(id, Number(seq), { pinnedAt: new Date().toISOString() }) };
    const log = this.logs.get(id) ?? [];
    return { messages: log.slice(-50), hasMore: false, nextBefore: null, lastRev: revOf(log) };
  }
}

const revOf = (log: readonly Message[]): number => Math.max(0, ...log.map(({ rev }) => rev));

/** What alice's frame makes of a message. */
function changeOf({ action, content, emoji, on }: SentFrame): Partial<Message> {
  const at = new Date(Date.now()).toISOString();
  if (action === "edit_message") return { content: String(content), editedAt: at };
  if (action === "delete_message") return { content: "", deletedAt: at, reactions: [] };
  return { reactions: on ? [{ emoji: String(emoji), count: 1, userIds: ["alice"] }] : [] };
}

export class FakeSocket implements SocketLike {
  readyState = 0;
  readonly sent: SentFrame[] = [];
  readonly protocols: readonly string[];
  readonly #take: (frame: SentFrame, socket: FakeSocket) => void;
  readonly #listeners = new Map<string, ((event: { readonly data: unknown }) => void)[]>();

  constructor(protocols: string[], take: (frame: SentFrame, socket: FakeSocket) => void) {
    this.protocols = protocols;
    this.#take = take;
  }

  addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    const frame = JSON.parse(data) as SentFrame;
    this.sent.push(frame);
    queueMicrotask(() => this.#take(frame, this));
  }

  close(): void {
    this.cut();
  }

  accept(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.#tell("open");
  }

  receive(frame: object): void {
    if (this.readyState === 1) this.#tell("message", JSON.stringify(frame));
  }

  /** What is no frame, or none as we make them. */
  receiveRaw(data: unknown): void {
    if (this.readyState === 1) this.#tell("message", data);
  }

  cut(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#tell("close");
  }

  #tell(type: string, data: unknown = null): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data });
  }
}
