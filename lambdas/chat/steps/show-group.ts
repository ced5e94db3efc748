import type { Conversation } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { toConversation, usersShown } from "../model/views.ts";
import { standIn } from "./append-event.ts";
import type { GroupHead } from "./append-event.ts";
import { countMentions } from "./count-mentions.ts";

/** The group as the caller sees it. @throws Refusal `FORBIDDEN` for who belongs to it no more */
export async function showGroup(chat: Chat, { userId }: Caller, group: GroupHead): Promise<Conversation> {
  const { head, actor } = await standIn(chat, group, userId);
  const [users, mentionCount] = await Promise.all([
    chat.users.getMany(usersShown(head, actor), "eventual"),
    countMentions(chat, head, actor.userId, actor, "eventual"),
  ]);
  return toConversation(head, actor, users, chat.clock.now(), chat.rules, mentionCount);
}
