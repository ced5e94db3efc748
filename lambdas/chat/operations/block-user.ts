import { MAX_BLOCKS } from "../../protocol/limits.ts";
import type { User } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { isUserId } from "../model/ids.ts";
import { noSuchUser, Refusal } from "../model/refusal.ts";
import { toUser } from "../model/views.ts";
import { showBlocks } from "../steps/show-blocks.ts";

/** Beyond so many at a time, who are read for the answer, a list weighs more. */
const PEOPLE_A_LOOKUP = 100;

/**
 * The user is blocked by the caller; again: nothing changes, but for what an attempt that died has left undone. Two
 * at once may pass the bound by one.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`; `INVALID_REQUEST` for oneself, `CONFLICT` for one too many
 */
export async function blockUser(chat: Chat, caller: Caller, userId: string): Promise<void> {
  await look(chat, caller, userId);
  if (!(await chat.blocks.has(caller.userId, userId, "strong"))) {
    if (!(await isKnown(chat, userId))) throw noSuchUser();
    const blocked = await chat.blocks.list(caller.userId);
    if (blocked.length >= MAX_BLOCKS) {
      throw new Refusal("CONFLICT", `You can block ${MAX_BLOCKS} users at a time; unblock one first.`);
    }
    await chat.blocks.put(caller.userId, userId, chat.clock.now());
  }
  await showBlocks(chat, caller.userId, userId);
}

/**
 * The user is no longer blocked by the caller; again: nothing changes.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`; `INVALID_REQUEST` for oneself
 */
export async function unblockUser(chat: Chat, caller: Caller, userId: string): Promise<void> {
  await look(chat, caller, userId);
  if (!isUserId(userId)) throw noSuchUser();
  if (await chat.blocks.has(caller.userId, userId, "strong")) await chat.blocks.remove(caller.userId, userId);
  else if (!(await isKnown(chat, userId))) throw noSuchUser();
  await showBlocks(chat, caller.userId, userId);
}

/**
 * Whom the caller has blocked, the latest first.
 *
 * @throws Refusal `RATE_LIMITED`
 */
export async function listBlocks(chat: Chat, caller: Caller): Promise<{ readonly users: readonly User[] }> {
  await chat.limits.lookups.take(caller.userId);
  const ids = await chat.blocks.list(caller.userId);
  const more = Math.floor(ids.length / PEOPLE_A_LOOKUP);
  if (more > 0) await chat.limits.lookups.take(caller.userId, more);
  const users = await chat.users.getMany(ids, "eventual");
  return { users: ids.flatMap((id) => users.get(id) ?? []).map(toUser) };
}

async function look(chat: Chat, caller: Caller, userId: string): Promise<void> {
  await chat.limits.lookups.take(caller.userId);
  if (userId === caller.userId) {
    throw new Refusal("INVALID_REQUEST", "userId must be somebody else's id.");
  }
}

const isKnown = async (chat: Chat, userId: string): Promise<boolean> =>
  isUserId(userId) && (await chat.users.get(userId, "strong")) !== null;
