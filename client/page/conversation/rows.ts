import type { ChatMessage } from "@parley/client";
import { isSameDay } from "../people/times.ts";

/** A message as it stands in the list. */
export interface Row {
  readonly message: ChatMessage;
  readonly isOwn: boolean;
  /** It begins a day. */
  readonly beginsDay: boolean;
  readonly isFirstUnread: boolean;
  /** It goes on where the one above stopped: the same sender, within minutes. */
  readonly goesOn: boolean;
}

const TOGETHER_MS = 5 * 60_000;

/** Of each message the row it last was, and of what: a long list grows by what is new in it. */
const made = new WeakMap<ChatMessage, { readonly row: Row; readonly above: ChatMessage | undefined }>();

/**
 * The same object for a row that shows the same.
 *
 * @param firstUnread the seq of the first message that was unread when the conversation was opened
 */
export function rowsOf(
  items: readonly ChatMessage[],
  userId: string,
  firstUnread: number | null,
): readonly Row[] {
  return items.map((message, index) => {
    const above = items[index - 1];
    const isOwn = message.sender.id === userId;
    const isFirstUnread = message.seq === firstUnread;
    const known = made.get(message);
    if (known?.above === above && known?.row.isOwn === isOwn && known.row.isFirstUnread === isFirstUnread) {
      return known.row;
    }
    const beginsDay = !above || !isSameDay(above.createdAt, message.createdAt);
    const goesOn =
      !beginsDay &&
      !isFirstUnread &&
      above.type === message.type &&
      above.sender.id === message.sender.id &&
      Date.parse(message.createdAt) - Date.parse(above.createdAt) < TOGETHER_MS;
    const row: Row = { message, isOwn, beginsDay, isFirstUnread, goesOn };
    made.set(message, { row, above });
    return row;
  });
}
