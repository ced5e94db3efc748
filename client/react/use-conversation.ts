import { useEffect, useMemo } from "react";
import type { Conversation, User } from "../../lambdas/protocol/objects.ts";
import type { ConversationHandle, MessagesState } from "../sdk/conversations/conversation-handle.ts";
import type { GroupActs, MembersState } from "../sdk/groups.ts";
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
  | "id"
  | "send"
  | "edit"
  | "delete"
  | "react"
  | "pin"
  | "setSettings"
  | "markRead"
  | "retry"
  | "discard"
  | "setTyping"
  | keyof GroupActs
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
      setSettings: (settings) => handle.setSettings(settings),
      markRead: (seq) => handle.markRead(seq),
      retry: (clientMessageId) => handle.retry(clientMessageId),
      discard: (clientMessageId) => handle.discard(clientMessageId),
      setTyping: (on) => handle.setTyping(on),
      addMembers: (userIds) => handle.addMembers(userIds),
      removeMember: (userId) => handle.removeMember(userId),
      leave: () => handle.leave(),
      setRole: (userId, role) => handle.setRole(userId, role),
      setDetails: (details) => handle.setDetails(details),
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

/** The members of a group: the first of them are loaded when this is first used. */
export function useMembers(id: string): MembersState & { readonly loadMore: () => Promise<void> } {
  const { members } = useOpen(id);
  const state = useStore(members);
  useEffect(() => {
    if (members.get().items.length === 0) void members.loadMore();
  }, [members]);
  return useMemo(() => ({ ...state, loadMore: () => members.loadMore() }), [state, members]);
}
