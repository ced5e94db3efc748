import type { Chat } from "../chat.ts";
import { isUserId } from "../model/ids.ts";

/** Those of the ids that name no user. One who was made known a moment ago may lag behind: asked for again. */
export async function findUnknown(chat: Chat, userIds: readonly string[]): Promise<readonly string[]> {
  const possible = userIds.filter(isUserId);
  const seen = await chat.users.getMany(possible, "eventual");
  const unseen = possible.filter((id) => !seen.has(id));
  const late = unseen.length > 0 ? await chat.users.getMany(unseen, "strong") : new Map<string, unknown>();
  return userIds.filter((id) => !seen.has(id) && !late.has(id));
}
