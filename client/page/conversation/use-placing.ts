import { useLayoutEffect, useState } from "react";
import type { RefObject } from "react";
import type { VListHandle } from "virtua";
import type { Row } from "./rows.ts";
import type { UnreadAtOpening } from "./unread-at-opening.ts";

/** What is seen of the messages above the first unread one, in pixels. */
const ABOVE_UNREAD_PX = 72;

interface Facts {
  readonly list: RefObject<VListHandle | null>;
  /** Whether the list follows its end: not while it is placed elsewhere. */
  readonly atEnd: RefObject<boolean>;
  readonly rows: readonly Row[];
  readonly opening: UnreadAtOpening | null;
  /** The list stands where it is meant to, its rows measured. */
  readonly onPlaced: () => void;
}

/** One reads on where one stopped. Tells whether the list stands there: before, nothing in it was seen. */
export function usePlacing({ list, atEnd, rows, opening, onPlaced }: Facts): boolean {
  const [isPlaced, setPlaced] = useState(false);
  const lastSeq = rows.findLast(({ message }) => message.state === "sent")?.message.seq ?? 0;
  const isThere = opening !== null && lastSeq >= opening.upTo;
  useLayoutEffect(() => {
    if (!isThere || isPlaced) return;
    const at = rows.findIndex(({ isFirstUnread }) => isFirstUnread);
    if (at >= 0) {
      atEnd.current = false;
      list.current?.scrollToIndex(at, { align: "start", offset: -ABOVE_UNREAD_PX });
    }
    const placed = (): void => {
      setPlaced(true);
      onPlaced();
    };
    // The first frame shows the rows, in the second one they have their heights.
    let frame = requestAnimationFrame(() => (frame = requestAnimationFrame(placed)));
    return () => cancelAnimationFrame(frame);
  }, [isThere, isPlaced]);
  return isPlaced;
}
