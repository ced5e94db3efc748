import { useEffect, useMemo } from "react";
import type { Conversation, User } from "../../lambdas/protocol/objects.ts";
import type { ConversationHandle, MessagesState } from "../sdk/conversations/conversation-handle.ts";
import { useChat } from "./chat-context.ts";
import { useStore } from "./use-store.ts";

/** What the three hooks below have in common: the conversation is open as long as one of them is mounted. */
function useOpen(id: string): ConversationHandle {
  const chat = useChat();
  const handle = useMemo(() => chat.conversation(id), [chat, id]);
  useEffect(() => {
    const close = handle.open();
    // A moment later: strict mode, or another component, may open it anew, and need not join again.
    return () => void setTimeout(close);
  }, [handle]);
  return handle;
}

type Acts = Pick<
  ConversationHandle,
  "id" | "send" | "edit" | "delete" | "react" | "pin" | "markRead" | "retry" | "discard" | "setTyping"
>;

/** A conversation's details, and what one does in it. The functions stay the same from draw to draw. */
export function useConversation(id: string): Acts & { readonly details: Conversation } {
  const handle = useOpen(id);
  const details = useStore(handle.details);
  const acts = useMemo(
    (): Acts => ({
      id: handle.id,
      send: (message) => handle.send(message),
      edit: (seq, edit) => handle.edit(seq, edit),
      delete: (seq) => handle.delete(seq),
      react: (seq, emoji, on) => handle.react(seq, emoji, on),
      pin: (seq, on) => handle.pin(seq, on),
      markRead: (seq) => handle.markRead(seq),
      retry: (clientMessageId) => handle.retry(clientMessageId),
      discard: (clientMessageId) => handle.discard(clientMessageId),
      setTyping: (on) => handle.setTyping(on),
    }),
    [handle],
  );
  return useMemo(() => ({ ...acts, details }), [acts, details]);
}

/** The messages that are loaded, oldest first, with those on their way last. */
export function useMessages(id: string): MessagesState & { readonly loadOlder: () => Promise<void> } {
  const { messages } = useOpen(id);
  const state = useStore(messages);
  return useMemo(() => ({ ...state, loadOlder: () => messages.loadOlder() }), [state, messages]);
}

/** The others who type now. */
export const useTyping = (id: string): readonly User[] => useStore(useOpen(id).typing);
