import type { HttpAnswers } from "../../protocol/http-answers.ts";
import type { Caller, Chat } from "../chat.ts";
import { isUserId } from "../model/ids.ts";
import { toPresence } from "../model/views.ts";
import { findDisclosed } from "../steps/find-disclosed.ts";

/** So many people's presence count as one look-up. */
const PEOPLE_A_LOOKUP = 10;

/**
 * Presence of those among `userIds` one shares a conversation with, and oneself; of the others, nothing.
 *
 * @throws Refusal `RATE_LIMITED`
 */
export async function getPresence(
  chat: Chat,
  caller: Caller,
  userIds: readonly string[],
): Promise<HttpAnswers["GET /api/presence"]> {
  await chat.limits.lookups.take(caller.userId, Math.ceil(userIds.length / PEOPLE_A_LOOKUP));
  const shared = await findDisclosed(chat, caller, userIds.filter(isUserId));
  const users = await chat.users.getMany([...shared], "eventual");
  const now = chat.clock.now();
  return {
    presence: userIds.flatMap((userId) => {
      const user = users.get(userId);
      return user ? [{ userId, ...toPresence(user, now, chat.rules) }] : [];
    }),
  };
}
