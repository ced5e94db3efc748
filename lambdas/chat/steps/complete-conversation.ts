import type { Chat } from "../chat.ts";
import type { Pair } from "../ports.ts";

/**
 * The pair's item decides which id wins; then the rows, and the head last: what has a head is complete.
 * Every step may be repeated, and whoever comes next repeats them all until the head is there. Without a
 * message it stands only in the list of whoever asked: a stranger's asking puts nothing into anybody's.
 */
export async function completeConversation(
  chat: Chat,
  { conversationId: id, createdAt, createdBy }: Pair,
  userId: string,
  otherUserId: string,
): Promise<void> {
  const participants = [userId, otherUserId].sort();
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
}
