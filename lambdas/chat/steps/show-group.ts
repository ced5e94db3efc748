import type { Group } from "../../protocol/groups.ts";
import type { Caller, Chat } from "../chat.ts";
import { toGroup } from "../model/group-view.ts";
import { standIn } from "./append-event.ts";
import type { GroupAsOf, GroupHead } from "./append-event.ts";
import { countMentions } from "./count-mentions.ts";

/** The group as the caller sees it. @throws Refusal `FORBIDDEN` for who belongs to it no more */
export const showGroup = async (chat: Chat, { userId }: Caller, head: GroupHead): Promise<Group> =>
  showAsOf(chat, await standIn(chat, head, userId));

/** The same where it is known where they stand. */
export async function showAsOf(chat: Chat, { head, actor }: GroupAsOf): Promise<Group> {
  const shown = head.lastMessage ? [head.lastMessage.senderId] : [];
  const [users, mentionCount] = await Promise.all([
    chat.users.getMany(shown, "eventual"),
    countMentions(chat, head, actor.userId, actor, "eventual"),
  ]);
  return toGroup(head, actor, users, mentionCount, chat.clock.now());
}
