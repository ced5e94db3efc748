import { useRef } from "react";
import type { ChatMessage } from "@parley/client";

interface Facts {
  readonly items: readonly ChatMessage[];
  readonly userId: string;
  readonly readSeq: number;
  readonly unreadCount: number;
}

/** Where the unread line stands: it stays there while the conversation is open, though all is read soon. */
export function useFirstUnread({ items, userId, readSeq, unreadCount }: Facts): number | null {
  const opened = useRef(unreadCount > 0 ? readSeq : null);
  const found = useRef<number | null>(null);
  const after = opened.current;
  if (after !== null && found.current === null) {
    found.current = items.find(({ seq, sender }) => seq > after && sender.id !== userId)?.seq ?? null;
  }
  return found.current;
}
