import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import type { Ref } from "react";
import { VList } from "virtua";
import type { VListHandle } from "virtua";
import type { Conversation, MessagesState } from "@parley/client";
import type { Company, MessageActs } from "../changing/message-acts.ts";
import { dayName } from "../people/times.ts";
import { JumpToLatest } from "./jump-to-latest.tsx";
import { MessageRow } from "./message-row.tsx";
import { MessagesStateLine } from "./messages-state.tsx";
import { rowsOf } from "./rows.ts";
import { firstUnreadOf, useUnreadAtOpening } from "./unread-at-opening.ts";
import { useJump } from "./use-jump.ts";
import { usePlacing } from "./use-placing.ts";
import { useReading } from "./use-reading.ts";

/** So near to the end one counts as being there, in pixels. */
const END_PX = 40;
/** So near to the beginning older messages are loaded, in pixels. */
const BEGINNING_PX = 400;

/** What a list of messages can be asked for. */
export interface Shows {
  /** Leads to the message with this seq. */
  show(seq: number): void;
}

interface MessageListProps {
  readonly ref: Ref<Shows>;
  readonly messages: MessagesState & { readonly loadOlder: () => Promise<void> };
  readonly company: Company;
  readonly details: Conversation;
  /** How often something was sent here: each time the list goes to its end. */
  readonly sends: number;
  readonly onRead: (seq: number) => void;
  readonly acts: MessageActs;
}

/** Stays at the end if one was there, and where one reads if one was not. */
export function MessageList(props: MessageListProps) {
  const { messages, company, details, sends, onRead, acts } = props;
  const { userId } = company;
  const { items, hasOlder, loading, error, loadOlder } = messages;
  const list = useRef<VListHandle>(null);
  const { show, shown } = useJump(list, messages);
  useImperativeHandle(props.ref, () => ({ show }), []);
  const [isAtEnd, setAtEnd] = useState(true);
  const atEnd = useRef(true);
  const [floating, setFloating] = useState("");
  const opening = useUnreadAtOpening(details);
  const rows = rowsOf(items, userId, firstUnreadOf(items, userId, opening));
  // Where older messages have come before it, the list keeps what is seen where it is.
  const firstKey = items[0]?.key;
  const previousFirst = useRef(firstKey);
  const isPrepended = previousFirst.current !== undefined && previousFirst.current !== firstKey;
  useLayoutEffect(() => {
    previousFirst.current = firstKey;
  }, [firstKey]);

  const goToEnd = (): void => list.current?.scrollToIndex(rows.length - 1, { align: "end" });
  const lastKey = items.at(-1)?.key;
  useLayoutEffect(() => {
    if (atEnd.current) goToEnd();
  }, [lastKey, rows.length]);
  const look = (): void => onScroll(list.current?.scrollOffset ?? 0);
  const isPlaced = usePlacing({ list, atEnd, rows, opening, onPlaced: look });
  const unseen = useReading({
    items,
    userId,
    isAtEnd: isAtEnd && isPlaced,
    readSeq: opening?.after ?? 0,
    onRead,
  });
  useLayoutEffect(() => {
    if (sends > 0) goToEnd();
  }, [sends]);
  // A page of messages may not fill the screen: nobody could scroll to the beginning.
  useEffect(() => {
    const shown = list.current;
    if (shown && hasOlder && !loading && !error && shown.scrollSize <= shown.viewportSize) void loadOlder();
  }, [hasOlder, loading, error, items.length]);

  const onScroll = (offset: number): void => {
    const shown = list.current;
    if (!shown) return;
    atEnd.current = shown.scrollSize - shown.viewportSize - offset <= END_PX;
    setAtEnd(atEnd.current);
    const first = items[shown.findItemIndex(offset)];
    setFloating(first && !atEnd.current ? dayName(first.createdAt) : "");
    if (offset < BEGINNING_PX && hasOlder && !loading) void loadOlder();
  };

  return (
    <section className="messages" aria-label="Messages">
      <MessagesStateLine messages={messages} isNew={opening !== null && details.lastSeq === 0} />
      {floating !== "" && (
        <p className="floating-date" aria-hidden="true">
          {floating}
        </p>
      )}
      <VList
        ref={list}
        data={rows}
        className="message-scroller"
        shift={isPrepended}
        onScroll={onScroll}
        onResize={() => atEnd.current && goToEnd()}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Messages, oldest first"
      >
        {(row) => (
          <MessageRow
            key={row.message.key}
            row={row}
            company={company}
            acts={acts}
            isShown={row.message.seq === shown}
          />
        )}
      </VList>
      {!isAtEnd && <JumpToLatest count={unseen} onJump={goToEnd} />}
    </section>
  );
}
