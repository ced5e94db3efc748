import type { Conversation } from "@parley/client";

/** What is kept on top first, each part in the server's order. */
export const placed = (items: readonly Conversation[]): readonly Conversation[] =>
  items.toSorted((a, b) => Number(b.pinned) - Number(a.pinned));
