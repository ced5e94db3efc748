import type { Caller, Chat } from "../chat.ts";
import { isUserId, newConversationId } from "../model/ids.ts";
import { Refusal } from "../model/refusal.ts";
import type { Pair } from "../ports.ts";
import { countConversation, uncountConversation } from "../steps/count-conversation.ts";

/**
 * The one conversation of the caller and another user, created if they have none.
 *
 * @throws Refusal `RATE_LIMITED`, also for one conversation too many in an hour; `INVALID_REQUEST` for oneself,
 *   `NOT_FOUND` for an unknown user
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
  const pair = head ? found : await create(chat, caller.userId, otherUserId, found);
  const isListed = pair.createdBy === caller.userId || pair.createdBy === null || (head?.lastSeq ?? 0) > 0;
  if (!isListed) await chat.inbox.moveUp(caller.userId, pair.conversationId, pair.createdAt, 0);
  chat.memory.pairs.set(asked, pair.conversationId);
  return { conversationId: pair.conversationId };
}

/**
 * The pair's item decides which id wins; then the rows, and the head last: what has a head is complete.
 * Every step may be repeated, and whoever comes next repeats them all until the head is there. Without a
 * message it stands only in the list of whoever asked: a stranger's asking puts nothing into anybody's.
 */
async function create(chat: Chat, userId: string, otherUserId: string, begun: Pair | null): Promise<Pair> {
  if (!(await chat.users.get(otherUserId, "strong"))) throw noSuchUser();
  const participants = [userId, otherUserId].sort();
  const pair = begun ?? (await claim(chat, userId, otherUserId));
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
    group: null,
    createdAt,
    lastSeq: 0,
    lastMessage: null,
    lastMessageAt: null,
    activityAt: createdAt,
    largest: 0,
    lastRev: 0,
    pins: [],
  });
  return pair;
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

const noSuchUser = (): Refusal => new Refusal("NOT_FOUND", "There is no user with this id.");
