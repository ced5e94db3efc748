import { useEffect, useState } from "react";
import { useChat } from "@parley/client/react";
import { nameOfConversation } from "../groups/conversation-name.ts";

/** Closes a group that one is no longer in. Gives its name until another is opened. */
export function useRemoval(openId: string | null, open: (id: string | null) => void): string | null {
  const chat = useChat();
  const [left, setLeft] = useState<string | null>(null);
  useEffect(
    () =>
      chat.on("conversation_removed", ({ conversationId }) => {
        if (conversationId !== openId) return;
        setLeft(nameOfConversation(chat.conversation(conversationId).details.get()));
        open(null);
      }),
    [chat, openId, open],
  );
  useEffect(() => {
    if (openId !== null) setLeft(null);
  }, [openId]);
  return left;
}
