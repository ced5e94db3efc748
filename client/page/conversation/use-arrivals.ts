import { useEffect, useRef } from "react";
import type { ChatMessage } from "@parley/client";
import { useAnnounce } from "../announcer/announcer.tsx";

/** What others write while the conversation is open is said to those who hear the page. */
export function useArrivals(items: readonly ChatMessage[], userId: string): void {
  const announce = useAnnounce();
  const last = items.findLast(({ state }) => state === "sent");
  const heard = useRef<number | null>(null);
  useEffect(() => {
    if (!last) return;
    const isNews = heard.current !== null && last.seq > heard.current;
    heard.current = Math.max(last.seq, heard.current ?? 0);
    if (isNews && last.sender.id !== userId) announce(`${last.sender.displayName}: ${last.content}`);
  }, [last, userId, announce]);
}
