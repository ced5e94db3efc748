import type { UserAnswer } from "../../protocol/http-answers.ts";
import type { Caller, Chat } from "../chat.ts";
import { isUserId } from "../model/ids.ts";
import { noSuchUser } from "../model/refusal.ts";
import { toPresence, toUser, UNDISCLOSED } from "../model/views.ts";
import { findDisclosed } from "../steps/find-disclosed.ts";

/**
 * A user's profile; presence only for people one shares a conversation with, and oneself.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`
 */
export async function getUser(chat: Chat, caller: Caller, userId: string): Promise<UserAnswer> {
  await chat.limits.lookups.take(caller.userId);
  const [user, shares] = isUserId(userId)
    ? await Promise.all([chat.users.get(userId, "eventual"), findDisclosed(chat, caller, [userId])])
    : [null, new Set<string>()];
  if (!user) throw noSuchUser();
  return shares.has(userId)
    ? { ...toUser(user), ...toPresence(user, chat.clock.now(), chat.rules) }
    : { ...toUser(user), ...UNDISCLOSED };
}
