import { useMemo } from "react";
import type { ConversationListState } from "../sdk/conversations/conversation-list-state.ts";
import { useChat } from "./chat-context.ts";
import { useStore } from "./use-store.ts";

/** The list, latest first, as far as it is loaded. */
export function useConversations(): ConversationListState & { readonly loadMore: () => Promise<void> } {
  const { conversations } = useChat();
  const state = useStore(conversations);
  return useMemo(() => ({ ...state, loadMore: () => conversations.loadMore() }), [state, conversations]);
}
