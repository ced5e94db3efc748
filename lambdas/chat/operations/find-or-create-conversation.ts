import type { Caller, Chat } from "../chat.ts";
import { isUserId, newConversationId } from "../model/ids.ts";
import { Refusal } from "../model/refusal.ts";
import type { Pair } from "../ports.ts";

/**
 * The one conversation of the caller and another user, created if they have none.
 *
 * @throws Refusal `INVALID_REQUEST` for oneself, `NOT_FOUND` for an unknown user
 */
export async function findOrCreateConversation(
  chat: Chat,
  caller: Caller,
  otherUserId: string,
): Promise<{ readonly conversationId: string }> {
  if (otherUserId === caller.userId) {
    throw new Refusal("INVALID_REQUEST", "otherUserId must be somebody else's id.");
  }
  if (!isUserId(otherUserId)) throw noSuchUser();
  const pairKey = JSON.stringify([caller.userId, otherUserId].sort());
  const remembered = chat.memory.pairs.get(pairKey);
  if (remembered) return { conversationId: remembered };

  const found = await chat.pairs.get(caller.userId, otherUserId);
  const isComplete = found !== null && (await chat.heads.get(found.conversationId, "eventual")) !== null;
  const pair = isComplete ? found : await create(chat, caller.userId, otherUserId);
  chat.memory.pairs.set(pairKey, pair.conversationId);
  return { conversationId: pair.conversationId };
}

/**
 * The pair's item decides which id wins; then the rows, and the head last: what has a head is complete.
 * Every step may be repeated, and whoever comes next repeats them all until the head is there.
 */
async function create(chat: Chat, userId: string, otherUserId: string): Promise<Pair> {
  if (!(await chat.users.get(otherUserId, "strong"))) throw noSuchUser();
  const participants = [userId, otherUserId].sort();
  const { conversationId: id, createdAt } = await chat.pairs.claim(userId, otherUserId, {
    conversationId: newConversationId(chat.random.bytes),
    createdAt: chat.clock.now(),
  });
  const row = { conversationId: id, activityAt: createdAt };
  await Promise.all([
    chat.inbox.create(userId, otherUserId, row),
    chat.inbox.create(otherUserId, userId, row),
  ]);
  await chat.heads.create({
    id,
    participants: participants.map((participant) => ({
      id: participant,
      readSeq: 0,
      readAt: null,
      stepSeq: 0,
    })),
    createdAt,
    lastSeq: 0,
    lastMessage: null,
    lastMessageAt: null,
    activityAt: createdAt,
  });
  return { conversationId: id, createdAt };
}

const noSuchUser = (): Refusal => new Refusal("NOT_FOUND", "There is no user with this id.");
