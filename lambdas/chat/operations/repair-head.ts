import type { Chat } from "../chat.ts";
import { advanceHead } from "../steps/advance-head.ts";

/** Messages were stored: a head that does not cover them yet has lost its sender, or is about to be moved. */
export async function repairHead(chat: Chat, conversationId: string, lastSeq: number): Promise<void> {
  const head = await chat.heads.get(conversationId, "strong");
  if (!head || head.lastSeq >= lastSeq) return;
  const message = await chat.messages.get(conversationId, lastSeq);
  if (!message) return;
  const { moved } = await advanceHead(chat, head, message);
  if (moved) chat.metrics.count("HeadsRepairedByWorker");
}
