import { useRef } from "react";
import { isKnown } from "../groups/conversation-name.ts";
import type { ChatMessage, Conversation } from "@parley/client";

/** What was unread when the conversation was opened: the seqs after one, up to the other. */
export interface UnreadAtOpening {
  readonly after: number;
  readonly upTo: number;
}

/** Null until the conversation is known. It stays as it was, though all is read soon. */
export function useUnreadAtOpening(details: Conversation): UnreadAtOpening | null {
  const opening = useRef<UnreadAtOpening | null>(null);
  if (isKnown(details)) {
    opening.current ??= { after: details.readSeq, upTo: details.lastSeq };
  }
  return opening.current;
}

/** Whom the unread line stands above; null while it is not certain that no earlier one is unread. */
export function firstUnreadOf(
  items: readonly ChatMessage[],
  userId: string,
  opening: UnreadAtOpening | null,
): number | null {
  const first = items[0];
  if (!opening || !first || first.seq > opening.after + 1) return null;
  const isUnread = ({ seq, sender }: ChatMessage): boolean =>
    seq > opening.after && seq <= opening.upTo && sender.id !== userId;
  return items.find(isUnread)?.seq ?? null;
}
