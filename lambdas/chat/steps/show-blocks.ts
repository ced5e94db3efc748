import type { Chat } from "../chat.ts";
import { archiveTurnOf } from "../model/own-settings.ts";
import { completeConversation } from "./complete-conversation.ts";
import { remember } from "./participate.ts";

const MAX_TRIES = 20;

/**
 * Has the head of the two say what their blocks say, where they have a conversation: whoever wrote looks again. One
 * that somebody is just making is completed before it is blocked, or its head might come without the block.
 */
export async function showBlocks(chat: Chat, userId: string, otherId: string): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const [mine, theirs, pair] = await Promise.all([
      chat.blocks.has(userId, otherId, "strong"),
      chat.blocks.has(otherId, userId, "strong"),
      chat.pairs.get(userId, otherId, "strong"),
    ]);
    if (!pair) return;
    const head = await chat.heads.get(pair.conversationId, "strong");
    if (!head) {
      if (!mine) return;
      await completeConversation(chat, pair, userId, otherId);
      continue;
    }
    const own = head.participants.flatMap(({ id, blocked: is = false }, participant) => {
      const blocked = id === userId ? mine : theirs;
      return is === blocked ? [] : [{ participant, blocked }];
    });
    if (own.length === 0) return remember(chat, head);
    await chat.heads.move({
      conversationId: head.id,
      expect: { readSeqs: [], archiveTurns: head.participants.map(archiveTurnOf) },
      set: { positions: [], own },
    });
  }
  throw new Error(`Blocks of the two were set and taken back ${MAX_TRIES} times meanwhile.`);
}
