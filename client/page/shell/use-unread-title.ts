import { useEffect } from "react";
import type { Conversation } from "@parley/client";

/** The tab's title and icon say how much is unread, by the server's numbers. */
export function useUnreadTitle(items: readonly Conversation[]): void {
  const unread = items.reduce((sum, { unreadCount }) => sum + unreadCount, 0);
  useEffect(() => {
    show(unread);
    return () => show(0);
  }, [unread]);
}

function show(unread: number): void {
  document.title = unread > 0 ? `(${unread}) Parley` : "Parley";
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (icon) icon.href = unread > 0 ? "./icon-unread.svg" : "./icon.svg";
}
