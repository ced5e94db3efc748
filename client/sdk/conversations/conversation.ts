import type { Conversation, Message } from "../../../lambdas/protocol/objects.ts";
import { lost, toChatError } from "../chat-error.ts";
import type { Connection } from "../connection/connection.ts";
import type { Http } from "../connection/http.ts";
import type { Socket } from "../connection/socket.ts";
import { background, insist, pause } from "../environment.ts";
import type { Environment } from "../environment.ts";
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
/** A page that closes a conversation most often opens it again: a leave must not overtake the next join. */
const LEAVE_MS = 1_000;

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
  /** Aborted when it is closed for good. */
  readonly #closing = new AbortController();
  #leaving = Promise.resolve();
  #reopened = new AbortController();
  readonly #reads = new Map<string, readonly [seq: number, readAt: string]>();
  #catchingUp: Promise<void> | null = null;
  #isBehind = false;
  #isWaiting = false;
  #loadingOlder: Promise<void> | null = null;
  /** The listeners have heard of everything up to it; null: what is there was there before it was opened. */
  #toldSeq: number | null = null;

  constructor(id: string, parts: ConversationParts) {
    this.id = id;
    this.#parts = parts;
    this.details = new Value(parts.list.find(id) ?? unknownConversation(id));
    this.#typing = new Typing((action) => parts.connection.say(action, { conversationId: id }));
    this.typing = this.#typing.others;
    this.#view = new MessageView(this.#log, parts, id, this.#state);
    this.#kept = new KeptMessages(parts.storage, parts.environment.logger, id);
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
      const { list, connection } = this.#parts;
      // Offline it is the next join that tells what was there before.
      this.#toldSeq = connection.isOnline ? (list.find(this.id)?.lastSeq ?? null) : null;
      this.#reopened.abort();
      this.#background(this.#restore());
      this.#parts.openChanged(this, true);
    }
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#openings -= 1;
      if (this.#openings > 0) return;
      this.#typing.close();
      this.#reopened = new AbortController();
      this.#leaving = this.#leave(this.#reopened.signal);
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

  /**
   * Joins the room, then catches up: what comes meanwhile comes by an event. Again and again, until it is done,
   * refused, or the socket is gone.
   */
  async enter(socket: Socket, isJoining: boolean): Promise<void> {
    const enter = async (): Promise<void> => {
      if (!this.isOpen) return;
      if (isJoining) await this.#join(socket);
      await this.catchUp();
    };
    await insist(enter, this.#parts.environment.random, socket.ended).catch((cause: unknown) =>
      this.#failed(cause),
    );
  }

  /** Resolves once everything stored before the call is known. */
  catchUp(): Promise<void> {
    this.#isBehind = true;
    return (this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = null;
    }));
  }

  receive(message: Message): void {
    if (!this.#log.add(message)) this.#catchUpSoon();
    this.#parts.people.saw(message.sender);
    this.#show();
  }

  /** Something says that the log has come so far. */
  heardOf(lastSeq: number): void {
    if (lastSeq > this.#log.lastSeq) this.#catchUpSoon();
  }

  heardRead(userId: string, seq: number, readAt: string): void {
    this.#reads.set(userId, [seq, readAt]);
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

  async close(): Promise<void> {
    this.#closing.abort();
    this.#typing.close();
    this.read.close();
    await this.#kept.flush();
  }

  async #restore(): Promise<void> {
    this.#log.restore(await this.#kept.restore());
    this.#show();
  }

  async #leave(reopened: AbortSignal): Promise<void> {
    await pause(LEAVE_MS, reopened, this.#closing.signal);
    if (this.isOpen || this.#closing.signal.aborted) return;
    const { sockets } = this.#parts.connection;
    await Promise.allSettled(
      sockets.map((socket) => socket.ask("leave_conversation", { conversationId: this.id })),
    );
  }

  async #join(socket: Socket): Promise<void> {
    await this.#leaving;
    const { people, list } = this.#parts;
    const { lastSeq, readSeq, participants } = await socket
      .ask("join_conversation", { conversationId: this.id })
      .catch((cause: unknown) => {
        // Another room was left before this one was entered, but the server may not have come so far.
        const { code, message } = toChatError(cause);
        throw code === "CONFLICT" ? lost(message) : cause;
      });
    this.#toldSeq ??= lastSeq;
    for (const participant of participants) {
      people.saw(participant);
      people.sawPresence(participant.id, participant);
    }
    const otherParticipant = participants.find(({ id }) => id !== this.#parts.myId());
    const known = this.details.get();
    this.change({
      ...(otherParticipant && { otherParticipant }),
      lastSeq: Math.max(lastSeq, known.lastSeq),
      readSeq: Math.max(readSeq, known.readSeq),
    });
    if (!list.find(this.id)) list.refreshSoon();
  }

  #catchUpSoon(): void {
    if (this.#isWaiting || !this.isOpen) return;
    this.#isWaiting = true;
    this.#background(this.#catchUpAfterGap());
  }

  async #catchUpAfterGap(): Promise<void> {
    const { environment, connection } = this.#parts;
    await pause(GAP_MS, this.#closing.signal);
    this.#isWaiting = false;
    const catchUp = async (): Promise<void> => {
      await connection.whenOnline();
      if (this.isOpen) await this.catchUp();
    };
    await insist(catchUp, environment.random, this.#closing.signal);
  }

  #failed(cause: unknown): void {
    this.#state.update((state) => ({ ...state, loading: false, error: toChatError(cause) }));
  }

  async #catchUp(): Promise<void> {
    this.#state.update((state) => ({ ...state, loading: true }));
    try {
      while (this.#isBehind) {
        this.#isBehind = false;
        await this.#sync();
      }
      this.#state.set({ loading: false, error: null });
    } catch (cause) {
      this.#failed(cause);
      throw cause;
    }
  }

  async #sync(): Promise<void> {
    const log = this.#log;
    const isKnown = log.messages.length > 0;
    if (this.details.get().lastSeq - log.lastSeq > MAX_BEHIND) log.reset();
    if (log.messages.length === 0) await this.#loadNewest();
    else log.load([]);
    for (let hasMore = true; hasMore;) {
      const afterSeq = log.lastSeq;
      const fields = { conversationId: this.id, afterSeq, limit: SYNC_PAGE };
      const page = await this.#parts.connection.ask("sync", fields);
      for (const message of page.messages) {
        log.add(message);
        this.#parts.people.saw(message.sender);
      }
      this.#show();
      hasMore = page.hasMore && log.lastSeq > afterSeq;
    }
    if (isKnown) await this.#refreshReadTimes();
    // An event may have overtaken the page.
    for (const [userId, read] of this.#reads) log.markRead(userId, ...read);
    // Where it could not be joined: whatever comes from now on is news.
    this.#toldSeq ??= log.lastSeq;
    this.#show();
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

  #loadOlder(): Promise<void> {
    return (this.#loadingOlder ??= this.#loadBefore().finally(() => {
      this.#loadingOlder = null;
    }));
  }

  async #loadBefore(): Promise<void> {
    const first = this.#log.messages[0];
    if (!first || first.seq === 1) return;
    this.#state.update((state) => ({ ...state, loading: true }));
    try {
      this.#log.prepend((await this.#page({ limit: PAGE, before: first.id })).messages);
      this.#state.set({ loading: this.#catchingUp !== null, error: null });
    } catch (cause) {
      this.#failed(cause);
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

  /** Each once, in their order, whatever the listeners do meanwhile. */
  #tellNews(): void {
    for (let next; this.isOpen && this.#toldSeq !== null && (next = this.#log.from(this.#toldSeq + 1));) {
      this.#toldSeq = next.seq;
      this.#typing.stopped(next.sender.id);
      this.#parts.events.tell({ type: "new_message", message: next });
    }
  }

  #show(): void {
    this.#view.render();
    this.#kept.keep(this.#log.messages);
    this.#tellNews();
  }

  #background(work: Promise<unknown>): void {
    background(work, this.#parts.environment.logger);
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
