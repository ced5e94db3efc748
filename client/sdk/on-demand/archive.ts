import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import type { ConversationListState } from "../conversations/conversation-list-state.ts";
import { background } from "../environment.ts";
import { loadPages } from "./load-pages.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

const PAGE = 50;

/** The list of those that were archived: read when it is asked for, and kept true from then on. */
export class Archive {
  readonly #parts: OnDemandParts;
  /** Where what comes after those that are loaded begins; undefined: nobody has asked. */
  #cursor: string | null | undefined;
  /** What was told while pages were under way, which may not have it yet: for each of them. */
  readonly #told = new Set<Conversation[]>();

  constructor(parts: OnDemandParts) {
    this.#parts = parts;
    const { list, connection, archived, environment } = parts;
    // What is listed is not archived any more: somebody has written.
    list.store.subscribe(() => {
      const items = this.#items.filter(({ id }) => !list.find(id));
      if (items.length < this.#items.length) archived.merge({ items });
    });
    // What happened while there was no connection is heard of by nobody.
    connection.state.subscribe(() => {
      if (connection.isOnline && this.#cursor !== undefined) background(this.#load(null), environment);
    });
  }

  get #items(): ConversationListState["items"] {
    return this.#parts.archived.get().items;
  }

  /** The next of them; what goes wrong is shown. */
  async loadMore(): Promise<void> {
    const { hasMore, loading } = this.#parts.archived.get();
    if (hasMore && !loading) await this.#load(this.#cursor ?? null).catch(() => undefined);
  }

  forget(): void {
    this.#cursor = undefined;
    this.#parts.archived.set({ items: [], hasMore: true, loading: false, error: null });
  }

  /** A conversation as it is now. */
  put(conversation: Conversation): void {
    for (const told of this.#told) told.push(conversation);
    if (this.#cursor === undefined) return;
    const others = this.#items.filter(({ id }) => id !== conversation.id);
    this.#parts.archived.merge({ items: conversation.archived ? [conversation, ...others] : others });
  }

  /** From a cursor, or all that are shown anew. @throws ChatError */
  async #load(from: string | null): Promise<void> {
    const { archived, http } = this.#parts;
    const told: Conversation[] = [];
    this.#told.add(told);
    try {
      this.#cursor = await loadPages(archived, from, async (cursor) => {
        const query = { archived: true, limit: PAGE, cursor };
        const { conversations, nextCursor } = await http.call("GET /api/conversations", { query });
        return { items: conversations, nextCursor };
      });
    } finally {
      this.#told.delete(told);
    }
    for (const one of told) this.put(one);
  }
}
