import { useEffect, useRef, useSyncExternalStore } from "react";
import type { ChatMessage } from "@parley/client";

interface Facts {
  readonly items: readonly ChatMessage[];
  readonly userId: string;
  readonly isAtEnd: boolean;
  /** Read before the conversation was opened. */
  readonly readSeq: number;
  readonly onRead: (seq: number) => void;
}

/** Marks as read what is at the end of the list before somebody who looks; tells how many came unseen. */
export function useReading({ items, userId, isAtEnd, readSeq, onRead }: Facts): number {
  const isLooking = useSyncExternalStore(onLooking, looks);
  const lastSeq = items.findLast(({ state }) => state === "sent")?.seq ?? 0;
  const seen = useRef(0);
  const isSeen = isAtEnd && isLooking;
  useEffect(() => {
    if (!isSeen || lastSeq === 0) return;
    seen.current = lastSeq;
    onRead(lastSeq);
  }, [isSeen, lastSeq]);
  if (isSeen) return 0;
  const after = Math.max(seen.current, readSeq);
  return items.filter(({ seq, sender }) => seq > after && sender.id !== userId).length;
}

const looks = (): boolean => document.visibilityState === "visible" && document.hasFocus();

function onLooking(changed: () => void): () => void {
  const stop = new AbortController();
  for (const type of ["focus", "blur"]) addEventListener(type, changed, stop);
  document.addEventListener("visibilitychange", changed, stop);
  return () => stop.abort();
}
