import { useEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import type { VListHandle } from "virtua";
import type { MessagesState } from "@parley/client";

/** How long a message that was led to stands out. */
const SHOWN_MS = 2_000;

/** Leads to one message: older ones are loaded until it is there. */
export function useJump(
  list: RefObject<VListHandle | null>,
  { items, hasOlder, loading, error, loadOlder }: MessagesState & { readonly loadOlder: () => Promise<void> },
) {
  const [wanted, want] = useState<number | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (wanted === null) return;
    const index = items.findIndex(({ seq }) => seq === wanted);
    if (index >= 0) {
      want(null);
      list.current?.scrollToIndex(index, { align: "center" });
      setShown(wanted);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setShown(null), SHOWN_MS);
    } else if (error || !hasOlder) want(null);
    else if (!loading) void loadOlder();
  }, [wanted, items, hasOlder, loading, error]);
  return { show: want, shown };
}
