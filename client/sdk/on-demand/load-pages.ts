import type { ChatError } from "../chat-error.ts";
import type { ListState, Value } from "../store.ts";

/**
 * The next page of a list from a cursor, or, from null, as many as are shown anew. Gives where the next begins; what
 * goes wrong is shown. @throws ChatError
 */
export async function loadPages<T extends { readonly id: string }>(
  store: Value<ListState<T>>,
  from: string | null,
  ask: (
    cursor: string | null,
  ) => Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
): Promise<string | null> {
  const shown = store.get().items;
  store.merge({ loading: true });
  try {
    let cursor = from;
    const items = new Map((from === null ? [] : shown).map((one) => [one.id, one]));
    do {
      const page = await ask(cursor);
      for (const one of page.items) items.set(one.id, one);
      cursor = page.nextCursor;
    } while (cursor !== null && items.size < shown.length);
    store.set({ items: [...items.values()], hasMore: cursor !== null, loading: false, error: null });
    return cursor;
  } catch (cause) {
    store.merge({ loading: false, error: cause as ChatError });
    throw cause;
  }
}
