import { inParallel } from "../in-parallel.ts";
import type { Chat } from "../chat.ts";

const ROWS_AT_ONCE = 25;

/** Moves a conversation up in the lists of these users. */
export async function moveRows(
  chat: Chat,
  conversationId: string,
  activityAt: number,
  userIds: readonly string[],
): Promise<void> {
  await inParallel(userIds, ROWS_AT_ONCE, (userId) =>
    chat.inbox.moveUp(userId, conversationId, activityAt, null),
  );
}
