import type { Conversation, Message } from "../../../lambdas/protocol/objects.ts";
import { toChatError } from "../chat-error.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import { background, insist, repeated } from "../environment.ts";
import type { Environment } from "../environment.ts";
import { Value } from "../store.ts";
import type { Loader } from "../loader.ts";
import type { People } from "../people.ts";
import type { ConversationListState } from "./conversation-list-state.ts";
import { placed } from "./placed.ts";
import { previewOf } from "./preview.ts";

/** Pages kept for the next start: what was known is shown before what is true. */
const KEPT = 50;
const KEY = "list";

/** The caller's conversations. What it says of unread messages is always the server's. */
export class ConversationList {
  readonly store = new Value<ConversationListState>({
    items: [],
    hasMore: false,
    loading: false,
    error: null,
  });
  readonly #storage: ChatStorage;
  readonly #people: People;
  readonly #environment: Environment;
  readonly #onDemand: Loader;
  readonly #closing = new AbortController();
  cursor: string | null = null;
  readonly #refreshOnce = repeated(() => this.#refresh());
  #awake = new AbortController();

  constructor(environment: Environment, storage: ChatStorage, people: People, onDemand: Loader) {
    this.#environment = environment;
    this.#onDemand = onDemand;
    this.#storage = storage;
    this.#people = people;
  }

  find(id: string): Conversation | undefined {
    return this.store.get().items.find((item) => item.id === id);
  }

  /** What was known when the client was last used. */
  async restore(): Promise<void> {
    const kept = await this.#storage.get(KEY);
    if (!Array.isArray(kept) || this.store.get().items.length > 0) return;
    const items = (kept as Conversation[]).filter(
      (item) => typeof item?.id === "string" && typeof (item.otherParticipant ?? item).id === "string",
    );
    for (const { otherParticipant } of items) if (otherParticipant) this.#people.saw(otherParticipant);
    this.store.merge({ items });
  }

  /** Reads all that is shown again, however long it is, and until it has been read: called meanwhile, once more. */
  refresh(): Promise<void> {
    this.#awake.abort();
    return this.#refreshOnce();
  }

  close(): void {
    this.#closing.abort();
  }

  /** A message that is known to stand at the end. */
  saw(message: Message, change: Partial<Conversation> = {}): void {
    const item = this.find(message.conversationId);
    if (!item) return this.refreshSoon();
    // Of what has changed since it was stored the later state is known.
    if (message.seq < item.lastSeq || isOlder(message, item.lastMessage)) return;
    this.put({
      ...item,
      lastMessage: previewOf(message),
      lastMessageAt: message.createdAt,
      lastSeq: message.seq,
      ...change,
    });
  }

  /** A message as of its latest change: it may be the one that is shown. */
  changed(message: Message): void {
    const item = this.find(message.conversationId);
    const lastRev = Math.max(item?.lastRev ?? 0, message.rev);
    if (item && isOlder(item.lastMessage, message))
      this.put({ ...item, lastRev, lastMessage: previewOf(message) });
    else if (item && lastRev > item.lastRev) this.put({ ...item, lastRev });
  }

  put(item: Conversation): void {
    const { unreadCount, mentionCount } = item;
    const next = { ...item, mentionCount: Math.min(unreadCount, mentionCount) };
    this.show({ items: placed(this.store.get().items, next) });
  }

  remove(id: string): void {
    this.show({ items: this.store.get().items.filter((item) => item.id !== id) });
  }

  /** Shows it, and keeps it for the next start. */
  show(change: Partial<ConversationListState>): void {
    this.store.merge(change);
    background(this.#storage.set(KEY, this.store.get().items.slice(0, KEPT)), this.#environment);
  }

  refreshSoon(): void {
    background(this.refresh(), this.#environment);
  }

  async #refresh(): Promise<void> {
    const load = (): Promise<void> => this.load(this.store.get().items.length, false);
    const awake = (): AbortSignal => (this.#awake = new AbortController()).signal;
    // Why it could not be read is shown.
    await insist(load, this.#environment, this.#closing.signal, awake).catch(() => undefined);
  }

  /** So many of them, or a page, from the beginning or behind what is shown. @throws ChatError */
  async load(count: number, isMore: boolean): Promise<void> {
    this.store.merge({ loading: true });
    try {
      const onDemand = await this.#onDemand.load();
      await onDemand.loadList(this, count, isMore);
    } catch (cause) {
      this.store.merge({ loading: false, error: toChatError(cause) });
      throw cause;
    }
  }
}

/** Whether `one` is an earlier state of the same message. */
const isOlder = (one: Message | null, other: Message | null): boolean =>
  one !== null && one.seq === other?.seq && one.rev < other.rev;
