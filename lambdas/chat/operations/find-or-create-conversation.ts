import type { Caller, Chat } from "../chat.ts";
import { isUserId, newConversationId } from "../model/ids.ts";
import { Refusal } from "../model/refusal.ts";
import type { Pair } from "../ports.ts";

/**
 * The one conversation of the caller and another user, created if they have none.
 *
 * @throws Refusal `RATE_LIMITED`, `INVALID_REQUEST` for oneself, `NOT_FOUND` for an unknown user
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

  const found = await chat.pairs.get(caller.userId, otherUserId);
  const head = found && (await chat.heads.get(found.conversationId, "eventual"));
  const pair = head ? found : await create(chat, caller.userId, otherUserId);
  const isListed = pair.createdBy === caller.userId || pair.createdBy === null || (head?.lastSeq ?? 0) > 0;
  if (!isListed) await chat.inbox.moveUp(caller.userId, pair.conversationId, pair.createdAt);
  chat.memory.pairs.set(asked, pair.conversationId);
  return { conversationId: pair.conversationId };
}

/**
 * The pair's item decides which id wins; then the rows, and the head last: what has a head is complete.
 * Every step may be repeated, and whoever comes next repeats them all until the head is there. Without a
 * message it stands only in the list of whoever asked: a stranger's asking puts nothing into anybody's.
 */
async function create(chat: Chat, userId: string, otherUserId: string): Promise<Pair> {
  if (!(await chat.users.get(otherUserId, "strong"))) throw noSuchUser();
  const participants = [userId, otherUserId].sort();
  const pair = await chat.pairs.claim(userId, otherUserId, {
    conversationId: newConversationId(chat.random.bytes),
    createdAt: chat.clock.now(),
    createdBy: userId,
  });
  const { conversationId: id, createdAt, createdBy } = pair;
  await Promise.all(
    participants.map((participant) =>
      chat.inbox.create(participant, participant === userId ? otherUserId : userId, {
        conversationId: id,
        activityAt: createdBy === null || createdBy === participant ? createdAt : null,
      }),
    ),
  );
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
    largest: 0,
  });
  return pair;
}

const noSuchUser = (): Refusal => new Refusal("NOT_FOUND", "There is no user with this id.");
