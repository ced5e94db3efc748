import { useEffect, useMemo } from "react";
import type { ConversationListState } from "../sdk/conversations/conversation-list-state.ts";
import { useChat } from "./chat-context.ts";
import { useStore } from "./use-store.ts";

type Loaded = ConversationListState & { readonly loadMore: () => Promise<void> };

/** The list, latest first, as far as it is loaded. */
export function useConversations(): Loaded {
  const { conversations } = useChat();
  const state = useStore(conversations);
  return useMemo(() => ({ ...state, loadMore: () => conversations.loadMore() }), [state, conversations]);
}

/** Those that were archived: the first of them are loaded when this is first used. */
export function useArchived(): Loaded {
  const { archived } = useChat();
  const state = useStore(archived);
  useEffect(() => {
    if (archived.get().items.length === 0) void archived.loadMore();
  }, [archived]);
  return useMemo(() => ({ ...state, loadMore: () => archived.loadMore() }), [state, archived]);
}
