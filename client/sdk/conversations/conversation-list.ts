import { PREVIEW_CODE_POINTS } from "../../../lambdas/protocol/limits.ts";
import type { Conversation, Message, Preview } from "../../../lambdas/protocol/objects.ts";
import type { ChatError } from "../chat-error.ts";
import { toChatError } from "../chat-error.ts";
import type { Http } from "../connection/http.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import { background, insist, repeated } from "../environment.ts";
import type { Environment } from "../environment.ts";
import { Value } from "../store.ts";
import type { People } from "../people.ts";

const PAGE = 20;
const MAX_PAGE = 100;
/** Pages kept for the next start: what was known is shown before what is true. */
const KEPT = 50;
const KEY = "list";

/** The list as it is shown: as many as were loaded, latest first. */
export interface ConversationListState {
  readonly items: readonly Conversation[];
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly error: ChatError | null;
}

/** The caller's conversations. What it says of unread messages is always the server's. */
export class ConversationList {
  readonly store = new Value<ConversationListState>({
    items: [],
    hasMore: false,
    loading: false,
    error: null,
  });
  readonly #http: Http;
  readonly #storage: ChatStorage;
  readonly #people: People;
  readonly #environment: Environment;
  readonly #closing = new AbortController();
  #cursor: string | null = null;
  readonly #refreshOnce = repeated(() => this.#refresh());
  #awake = new AbortController();

  constructor(environment: Environment, http: Http, storage: ChatStorage, people: People) {
    this.#environment = environment;
    this.#http = http;
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
      (item) => typeof item?.id === "string" && typeof item.otherParticipant?.id === "string",
    );
    for (const { otherParticipant } of items) this.#people.saw(otherParticipant);
    this.store.merge({ items });
  }

  /** Reads all that is shown again, however long it is, and until it has been read: called meanwhile, once more. */
  refresh(): Promise<void> {
    this.#awake.abort();
    return this.#refreshOnce();
  }

  async loadMore(): Promise<void> {
    const { hasMore, loading } = this.store.get();
    if (hasMore && !loading) await this.#load(PAGE, true).catch(() => undefined);
  }

  close(): void {
    this.#closing.abort();
  }

  /** A message that is known to stand at the end. */
  saw(message: Message, change: Partial<Conversation> = {}): void {
    const item = this.find(message.conversationId);
    if (!item) return this.refreshSoon();
    if (message.seq < item.lastSeq) return;
    this.put({
      ...item,
      lastMessage: previewOf(message),
      lastMessageAt: message.createdAt,
      lastSeq: message.seq,
      ...change,
    });
  }

  put(item: Conversation): void {
    this.store.merge({ items: placed(this.store.get().items, item) });
    this.#keep();
  }

  refreshSoon(): void {
    background(this.refresh(), this.#environment);
  }

  async #refresh(): Promise<void> {
    const load = (): Promise<void> => this.#load(Math.max(PAGE, this.store.get().items.length), false);
    const awake = (): AbortSignal => (this.#awake = new AbortController()).signal;
    // Why it could not be read is shown.
    await insist(load, this.#environment, this.#closing.signal, awake).catch(() => undefined);
  }

  async #load(count: number, isMore: boolean): Promise<void> {
    this.store.merge({ loading: true });
    try {
      let cursor = isMore ? this.#cursor : null;
      const loaded: Conversation[] = [];
      do {
        const limit = Math.min(MAX_PAGE, count - loaded.length);
        const page = await this.#http.call("GET /api/conversations", { query: { limit, cursor } });
        loaded.push(...page.conversations);
        cursor = page.nextCursor;
      } while (cursor !== null && loaded.length < count);
      this.#cursor = cursor;
      this.#take(loaded, isMore ? this.store.get().items : [], cursor !== null);
    } catch (cause) {
      this.store.merge({ loading: false, error: toChatError(cause) });
      throw cause;
    }
  }

  #take(loaded: readonly Conversation[], before: readonly Conversation[], hasMore: boolean): void {
    for (const { otherParticipant } of loaded) {
      this.#people.saw(otherParticipant);
      this.#people.sawPresence(otherParticipant.id, otherParticipant);
    }
    const known = new Map(this.store.get().items.map((item) => [item.id, item]));
    // A page may tell anew of one that an earlier page has shown.
    let items: readonly Conversation[] = [
      ...new Map([...before, ...loaded].map((item) => [item.id, item])).values(),
    ];
    for (const item of items) items = placed(items, this.#newest(known.get(item.id), item));
    this.store.set({ items, hasMore, loading: false, error: null });
    this.#keep();
  }

  /** An event, an ack or what was read here may have overtaken the answer. */
  #newest(known: Conversation | undefined, item: Conversation): Conversation {
    if (!known) return item;
    const { readSeq, unreadCount } = known.readSeq > item.readSeq ? known : item;
    return known.lastSeq > item.lastSeq ? { ...known, readSeq } : { ...item, readSeq, unreadCount };
  }

  #keep(): void {
    background(this.#storage.set(KEY, this.store.get().items.slice(0, KEPT)), this.#environment);
  }
}

/**
 * In its place: where it was, unless it has just spoken, else behind whatever has spoken later. When one without
 * messages was begun the server does not tell, so nothing is compared with it: what is new stands above it.
 */
function placed(items: readonly Conversation[], item: Conversation): readonly Conversation[] {
  const at = items.findIndex(({ id }) => id === item.id);
  const others = items.filter(({ id }) => id !== item.id);
  // Null is neither before nor behind any time.
  const place =
    items[at]?.lastMessageAt === item.lastMessageAt
      ? at
      : others.findLastIndex(({ lastMessageAt }) => lastMessageAt! > item.lastMessageAt!) + 1;
  return [...others.slice(0, place), item, ...others.slice(place)];
}

function previewOf(message: Message): Preview {
  const points = [...message.content];
  return {
    ...message,
    content: points.slice(0, PREVIEW_CODE_POINTS).join(""),
    truncated: points.length > PREVIEW_CODE_POINTS,
  };
}
