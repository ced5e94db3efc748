import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import type { ChatError } from "../chat-error.ts";
import type { ConversationListState } from "../conversations/conversation-list-state.ts";
import { background } from "../environment.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

const PAGE = 50;

/** The list of those that were archived: read when it is asked for, and kept true from then on. */
export class Archive {
  readonly #parts: OnDemandParts;
  /** Where what comes after those that are loaded begins; undefined: nobody has asked. */
  #cursor: string | null | undefined;
  #isKept = false;
  /** What was told while pages were under way, which may not have it yet: one for each that is. */
  readonly #underWay = new Set<Map<string, Conversation>>();

  constructor(parts: OnDemandParts) {
    this.#parts = parts;
  }

  get #items(): ConversationListState["items"] {
    return this.#parts.archived.get().items;
  }

  /** The next of them; what goes wrong is shown. */
  async loadMore(): Promise<void> {
    const { hasMore, loading } = this.#parts.archived.get();
    this.#keepTrue();
    if (hasMore && !loading) await this.#load(this.#cursor ?? null).catch(() => undefined);
  }

  forget(): void {
    this.#cursor = undefined;
    this.#parts.archived.set({ items: [], hasMore: true, loading: false, error: null });
  }

  /** A conversation as it is now. */
  put(conversation: Conversation): void {
    for (const told of this.#underWay) told.set(conversation.id, conversation);
    if (this.#cursor === undefined) return;
    const others = this.#items.filter(({ id }) => id !== conversation.id);
    this.#parts.archived.merge({ items: conversation.archived ? [conversation, ...others] : others });
  }

  #keepTrue(): void {
    const { list, connection, archived, environment } = this.#parts;
    if (this.#isKept) return;
    this.#isKept = true;
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

  /** From a cursor, or all that are shown anew. @throws ChatError */
  async #load(from: string | null): Promise<void> {
    const { archived, http } = this.#parts;
    const before = from === null ? [] : this.#items;
    const count = from === null ? this.#items.length : 1;
    archived.merge({ loading: true });
    const told = new Map<string, Conversation>();
    this.#underWay.add(told);
    try {
      let cursor = from;
      const loaded: Conversation[] = [];
      do {
        const query = { archived: true, limit: PAGE, cursor };
        const page = await http.call("GET /api/conversations", { query });
        loaded.push(...page.conversations);
        cursor = page.nextCursor;
      } while (cursor !== null && loaded.length < count);
      this.#cursor = cursor;
      const latest = new Map(
        [...told.values(), ...before, ...loaded, ...told.values()].map((one) => [one.id, one]),
      );
      const items = [...latest.values()].filter((one) => one.archived);
      archived.set({ items, hasMore: cursor !== null, loading: false, error: null });
    } catch (cause) {
      archived.merge({ loading: false, error: cause as ChatError });
      throw cause;
    } finally {
      this.#underWay.delete(told);
    }
  }
}
