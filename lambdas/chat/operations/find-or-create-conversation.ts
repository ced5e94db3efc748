import type { Caller, Chat } from "../chat.ts";
import { isUserId, newConversationId } from "../model/ids.ts";
import { nothingPasses } from "../model/blocks.ts";
import { noSuchUser, Refusal } from "../model/refusal.ts";
import type { Consistency, Pair } from "../ports.ts";
import { completeConversation } from "../steps/complete-conversation.ts";
import { countConversation, uncountConversation } from "../steps/count-conversation.ts";

/**
 * The one conversation of the caller and another user, created if they have none.
 *
 * @throws Refusal `RATE_LIMITED`, also for one conversation too many in an hour; `INVALID_REQUEST` for oneself,
 *   `NOT_FOUND` for an unknown user; `FORBIDDEN` where there is none yet and either has blocked the other
 */
export async function findOrCreateConversation(
  chat: Chat,
  caller: Caller,
  otherUserId: string,
): Promise<{ readonly conversationId: string }> {
  await chat.limits.lookups.take(caller.userId);
  if (otherUserId === caller.userId) {
    throw new Refusal("INVALID_REQUEST", "otherUserId must be somebody else's id.");
  }
  if (!isUserId(otherUserId)) throw noSuchUser();
  const asked = JSON.stringify([caller.userId, otherUserId]);
  const remembered = chat.memory.pairs.get(asked);
  if (remembered) return { conversationId: remembered };

  const found = await chat.pairs.get(caller.userId, otherUserId, "eventual");
  const head = found && (await chat.heads.get(found.conversationId, "eventual"));
  const pair = head ? found : await create(chat, caller.userId, otherUserId, found);
  const isListed = pair.createdBy === caller.userId || pair.createdBy === null || (head?.lastSeq ?? 0) > 0;
  if (!isListed) await chat.inbox.moveUp(caller.userId, pair.conversationId, pair.createdAt, 0);
  chat.memory.pairs.set(asked, pair.conversationId);
  return { conversationId: pair.conversationId };
}

/**
 * Blocks are looked at once more when the pair is claimed: whoever blocks looks for the pair once the block is
 * stored, so that one of the two meets the other. What was seen before the claim saves one that leads to nothing.
 */
async function create(chat: Chat, userId: string, otherUserId: string, begun: Pair | null): Promise<Pair> {
  if (!(await chat.users.get(otherUserId, "strong"))) throw noSuchUser();
  if (await anyBlocks(chat, userId, otherUserId, "eventual")) throw nothingPasses();
  const pair = begun ?? (await claim(chat, userId, otherUserId));
  if (await anyBlocks(chat, userId, otherUserId, "strong")) throw nothingPasses();
  await completeConversation(chat, pair, userId, otherUserId);
  return pair;
}

async function anyBlocks(
  chat: Chat,
  userId: string,
  otherUserId: string,
  consistency: Consistency,
): Promise<boolean> {
  const blocks = await Promise.all([
    chat.blocks.has(userId, otherUserId, consistency),
    chat.blocks.has(otherUserId, userId, consistency),
  ]);
  return blocks.includes(true);
}

/** Counted before it is made, or many at once would all pass; one that was there after all is not counted. */
async function claim(chat: Chat, userId: string, otherUserId: string): Promise<Pair> {
  const counted = await countConversation(chat, userId);
  const pair = {
    conversationId: newConversationId(chat.random.bytes),
    createdAt: chat.clock.now(),
    createdBy: userId,
  };
  const claimed = await chat.pairs.claim(userId, otherUserId, pair);
  if (claimed.conversationId !== pair.conversationId) await uncountConversation(chat, userId, counted);
  return claimed;
}
