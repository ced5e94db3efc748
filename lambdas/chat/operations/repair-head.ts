import type { Chat } from "../chat.ts";
import type { Head } from "../model/records.ts";
import { advanceHead } from "../steps/advance-head.ts";
import { foundGroup, isFounding } from "../steps/found-group.ts";

/** Messages were stored: a head that does not cover them yet has lost its sender, or is about to be moved. */
export async function repairHead(chat: Chat, conversationId: string, lastSeq: number): Promise<void> {
  const head = (await chat.heads.get(conversationId, "strong")) ?? (await foundAgain(chat, conversationId));
  if (!head || head.lastSeq >= lastSeq) return;
  const message = await chat.messages.get(conversationId, lastSeq);
  if (!message) return;
  const { moved } = await advanceHead(chat, head, message);
  if (moved) chat.metrics.count("HeadsRepairedByWorker");
}

/** Whoever made the group may have died before it had a head; of a pair the head comes before any message. */
async function foundAgain(chat: Chat, conversationId: string): Promise<Head | null> {
  const first = await chat.messages.get(conversationId, 1);
  return first && isFounding(first) ? foundGroup(chat, first) : null;
}
