import type { Conversation, Message } from "../../../lambdas/protocol/objects.ts";
import type { Action } from "../../../lambdas/protocol/routes.ts";
import type { AckData } from "../../../lambdas/protocol/server-frames.ts";
import { ChatError, toChatError } from "../chat-error.ts";
import type { Connection } from "../connection/connection.ts";
import type { Http } from "../connection/http.ts";
import type { Environment } from "../environment.ts";
import { pause } from "../environment.ts";
import type { Events } from "../events.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { People } from "../people.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import { Value } from "../store.ts";
import type { ChatMessage, ConversationHandle, MessagesState } from "./conversation-handle.ts";
import type { ConversationList } from "./conversation-list.ts";
import { KeptMessages } from "./kept-messages.ts";
import { MessageLog } from "./message-log.ts";
import { ReadPosition } from "./read-position.ts";
import { MessageView } from "./message-view.ts";
import { Typing } from "./typing.ts";

const PAGE = 50;
const SYNC_PAGE = 100;
/** How long the missing event is waited for: most often it is on its way. */
const GAP_MS = 500;
/** Further behind than this the newest page is loaded instead of all between; the rest by scrolling. */
const MAX_BEHIND = 500;

/** Asks over one socket, or over whichever there is. */
export type Ask = <A extends Action>(
  action: A,
  fields: Readonly<Record<string, unknown>>,
) => Promise<AckData[A]>;

export interface ConversationParts {
  readonly environment: Environment;
  readonly connection: Connection;
  readonly http: Http;
  readonly storage: ChatStorage;
  readonly people: People;
  readonly list: ConversationList;
  readonly outbox: Outbox;
  readonly events: Events;
  readonly myId: () => string | null;
  /** It was opened first, or closed last. */
  readonly openChanged: (conversation: OpenConversation, isOpen: boolean) => void;
}

/** A conversation with everything that is known of it. */
export class OpenConversation implements ConversationHandle {
  readonly id: string;
  readonly details: Value<Conversation>;
  readonly messages: ConversationHandle["messages"];
  readonly typing: ConversationHandle["typing"];
  readonly read: ReadPosition;
  readonly #parts: ConversationParts;
  readonly #log = new MessageLog();
  readonly #view: MessageView;
  readonly #typing: Typing;
  readonly #kept: KeptMessages;
  readonly #state = new Value<Pick<MessagesState, "loading" | "error">>({ loading: false, error: null });
  #openings = 0;
  #catchingUp: Promise<void> | null = null;
  #again = false;
  #waiting: AbortController | null = null;

  constructor(id: string, parts: ConversationParts) {
    this.id = id;
    this.#parts = parts;
    this.details = new Value(parts.list.find(id) ?? unknownConversation(id));
    this.#typing = new Typing((action) => parts.connection.say(action, { conversationId: id }));
    this.typing = this.#typing.others;
    this.#view = new MessageView(this.#log, parts, id, this.#state);
    this.#kept = new KeptMessages(parts.storage, id);
    this.read = new ReadPosition(parts, this);
    this.messages = { ...this.#view.store, loadOlder: () => this.#loadOlder() };
  }

  get isOpen(): boolean {
    return this.#openings > 0;
  }

  /** The highest seq known; null where nothing is. */
  get knownSeq(): number | null {
    const known = Math.max(this.#log.lastSeq, this.details.get().lastSeq);
    return this.#log.isLoaded || known > 0 ? known : null;
  }

  open(): () => void {
    this.#openings += 1;
    if (this.#openings === 1) {
      this.#parts.openChanged(this, true);
      void this.#kept.restore().then((messages) => {
        this.#log.restore(messages);
        this.#show();
      });
      if (this.#parts.connection.isOnline) void this.enter(this.#ask).catch(() => undefined);
    }
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#openings -= 1;
      if (this.#openings > 0) return;
      this.#typing.close();
      this.#parts.openChanged(this, false);
    };
  }

  send({ content }: { readonly content: string }): ChatMessage {
    this.#typing.endOwn(true);
    const { clientMessageId } = this.#parts.outbox.add(this.id, content);
    return this.#view.find(clientMessageId);
  }

  markRead(seq = Math.max(this.#log.lastSeq, this.details.get().lastSeq)): Promise<void> {
    return this.read.moveTo(seq);
  }

  retry(clientMessageId: string): void {
    this.#parts.outbox.retry(clientMessageId);
  }

  discard(clientMessageId: string): void {
    this.#parts.outbox.discard(clientMessageId);
  }

  setTyping(on: boolean): void {
    this.#typing.setOwn(on);
  }

  /** @throws ChatError `CONFLICT` where the server does not know the socket */
  async join(ask: Ask): Promise<void> {
    const { lastSeq, readSeq, participants } = await ask("join_conversation", { conversationId: this.id });
    const { people, list } = this.#parts;
    for (const participant of participants) {
      people.saw(participant);
      people.sawPresence(participant.id, participant);
    }
    const other = participants.find(({ id }) => id !== this.#parts.myId());
    this.change({
      ...(other ? { otherParticipant: other } : {}),
      lastSeq: Math.max(lastSeq, this.details.get().lastSeq),
      readSeq: Math.max(readSeq, this.details.get().readSeq),
    });
    if (!list.find(this.id)) void list.refresh();
  }

  /** Joins the room, then catches up: what comes meanwhile comes by an event. */
  async enter(ask: Ask): Promise<void> {
    await this.join(ask);
    await this.catchUp(ask);
  }

  leave(): void {
    this.#parts.connection.say("leave_conversation", { conversationId: this.id });
  }

  /** Resolves once everything stored before the call is known; told again meanwhile, it looks again. */
  catchUp(ask: Ask = this.#ask): Promise<void> {
    this.#again = this.#catchingUp !== null;
    return (this.#catchingUp ??= this.#catchUp(ask).finally(() => {
      this.#catchingUp = null;
      if (this.#again && this.isOpen) this.#catchUpSoon(0);
    }));
  }

  receive(message: Message): void {
    const arrival = this.#log.add(message);
    if (arrival.type === "gap") this.#catchUpSoon(GAP_MS);
    if (arrival.type === "appended") this.#tell(arrival.messages);
    this.#show();
  }

  /** Something says that the log has come so far. */
  heardOf(lastSeq: number): void {
    if (this.isOpen && lastSeq > this.#log.lastSeq) this.#catchUpSoon(GAP_MS);
  }

  heardRead(userId: string, seq: number, readAt: string): void {
    this.#log.markRead(userId, seq, readAt);
    this.#show();
  }

  heardTyping(userId: string, isTyping: boolean): boolean {
    if (!isTyping) return this.#typing.stopped(userId);
    return this.isOpen && this.#typing.started(this.#parts.people.user(userId));
  }

  /** What is on its way has changed. */
  outboxChanged(): void {
    this.#show();
  }

  /** The list's item, or what stands in for it where the list does not reach so far. */
  change(change: Partial<Conversation>): void {
    const item = { ...(this.#parts.list.find(this.id) ?? this.details.get()), ...change };
    this.details.set(item);
    if (this.#parts.list.find(this.id)) this.#parts.list.put(item);
  }

  close(): void {
    this.#waiting?.abort();
    this.#typing.close();
    this.read.close();
    void this.#kept.flush();
  }

  readonly #ask: Ask = (action, fields) => this.#parts.connection.ask(action, fields);

  #catchUpSoon(ms: number): void {
    if (this.#waiting) return;
    const waiting = (this.#waiting = new AbortController());
    void pause(ms, waiting.signal).then(() => {
      this.#waiting = null;
      if (waiting.signal.aborted || !this.isOpen) return;
      this.catchUp().catch((cause: unknown) => this.#failed(cause));
    });
  }

  /** Offline it is done again with the next socket; online it is tried again. */
  #failed(cause: unknown): void {
    const error = toChatError(cause);
    this.#state.update((state) => ({ ...state, loading: false, error }));
    if (error.retryable && this.#parts.connection.isOnline) this.#catchUpSoon(4 * GAP_MS);
  }

  async #catchUp(ask: Ask): Promise<void> {
    this.#state.update((state) => ({ ...state, loading: true }));
    try {
      const wasLoaded = this.#log.isLoaded;
      if (this.details.get().lastSeq - this.#log.lastSeq > MAX_BEHIND) this.#log.reset();
      if (this.#log.messages.length === 0) await this.#loadNewest();
      else this.#log.load([]);
      for (let hasMore = true; hasMore;) {
        const fields = { conversationId: this.id, afterSeq: this.#log.lastSeq, limit: SYNC_PAGE };
        const page = await ask("sync", fields);
        for (const message of page.messages) this.receive(message);
        hasMore = page.hasMore;
      }
      if (wasLoaded) await this.#refreshReadTimes();
      this.#state.set({ loading: false, error: null });
      this.#show();
    } catch (cause) {
      this.#failed(cause);
      throw cause;
    }
  }

  async #loadNewest(): Promise<void> {
    this.#log.load((await this.#page({ limit: PAGE })).messages);
  }

  /** Events of reading may have been missed: what was not read when the socket was lost is looked at again. */
  async #refreshReadTimes(): Promise<void> {
    const me = this.#parts.myId();
    const unread = this.#log.messages.slice(-PAGE).some(({ sender, readAt }) => sender.id === me && !readAt);
    if (unread) this.#log.refresh((await this.#page({ limit: PAGE })).messages);
  }

  async #loadOlder(): Promise<void> {
    const first = this.#log.messages[0];
    if (!first || first.seq === 1 || this.#state.get().loading) return;
    this.#state.update((state) => ({ ...state, loading: true }));
    try {
      this.#log.prepend((await this.#page({ limit: PAGE, before: first.id })).messages);
      this.#state.set({ loading: false, error: null });
    } catch (cause) {
      this.#state.set({ loading: false, error: toChatError(cause) });
    }
    this.#show();
  }

  /** Reading it is not marked: the page says what was looked at. */
  #page(query: Readonly<Record<string, string | number>>) {
    return this.#parts.http.call("GET /api/conversations/{conversationId}/messages", {
      path: { conversationId: this.id },
      query: { ...query, markRead: false },
    });
  }

  #tell(messages: readonly Message[]): void {
    for (const message of messages) {
      this.#parts.people.saw(message.sender);
      this.#typing.stopped(message.sender.id);
      this.#parts.events.tell({ type: "new_message", message });
    }
  }

  #show(): void {
    this.#view.render();
    this.#kept.keep(this.#log.messages);
  }
}

/** Until the server has told: a conversation of which only the id is known. */
const unknownConversation = (id: string): Conversation => ({
  id,
  otherParticipant: {
    id: "",
    name: "",
    displayName: "",
    avatarUrl: null,
    online: false,
    lastSeenAt: null,
    version: 0,
  },
  lastMessage: null,
  lastMessageAt: null,
  unreadCount: 0,
  lastSeq: 0,
  readSeq: 0,
});

/** The server does not know the socket that asked. */
export const isUnregistered = (cause: unknown): boolean =>
  cause instanceof ChatError && cause.code === "CONFLICT" && /registered/.test(cause.message);
