import type { Presence, User } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { isUserId } from "../model/ids.ts";
import { Refusal } from "../model/refusal.ts";
import { toPresence, toUser } from "../model/views.ts";

type NoPresence = { readonly [K in keyof Presence]: null };

/** A user's profile; presence only for people one shares a conversation with, and oneself. */
export async function getUser(
  chat: Chat,
  caller: Caller,
  userId: string,
): Promise<User & (Presence | NoPresence)> {
  const [user, shares] = isUserId(userId)
    ? await Promise.all([chat.users.get(userId, "eventual"), knows(chat, caller, [userId])])
    : [null, new Set<string>()];
  if (!user) throw new Refusal("NOT_FOUND", "There is no user with this id.");
  return shares.has(userId)
    ? { ...toUser(user), ...toPresence(user, chat.clock.now(), chat.rules) }
    : { ...toUser(user), online: null, lastSeenAt: null, version: null };
}

/** Presence of those among `userIds` one shares a conversation with; of the others, nothing. */
export async function getPresence(
  chat: Chat,
  caller: Caller,
  userIds: readonly string[],
): Promise<{ readonly presence: readonly ({ readonly userId: string } & Presence)[] }> {
  const shared = await knows(chat, caller, userIds.filter(isUserId));
  const users = await chat.users.getMany([...shared], "eventual");
  const now = chat.clock.now();
  return {
    presence: userIds.flatMap((userId) => {
      const user = users.get(userId);
      return user ? [{ userId, ...toPresence(user, now, chat.rules) }] : [];
    }),
  };
}

async function knows(chat: Chat, caller: Caller, userIds: readonly string[]): Promise<Set<string>> {
  const others = userIds.filter((id) => id !== caller.userId);
  const shared = await chat.pairs.getMany(caller.userId, others);
  if (others.length < userIds.length) shared.add(caller.userId);
  return shared;
}
