import type { Conversation } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { couldBeConversationId } from "../model/ids.ts";
import { noSuchConversation, notAParticipant } from "../model/refusal.ts";
import { positionOf, toConversation } from "../model/views.ts";
import { isGroup } from "../steps/append-event.ts";
import { countMentions } from "../steps/count-mentions.ts";
import { showGroup } from "../steps/show-group.ts";

/** A conversation as the caller sees it. @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN` */
export async function getConversation(
  chat: Chat,
  caller: Caller,
  conversationId: string,
): Promise<{ readonly conversation: Conversation }> {
  await chat.limits.reads.take(caller.userId);
  const { userId } = caller;
  const head = couldBeConversationId(conversationId) ? await chat.heads.get(conversationId, "strong") : null;
  if (!head) throw noSuchConversation();
  if (isGroup(head)) return { conversation: await showGroup(chat, caller, head) };
  const ids = head.participants.map(({ id }) => id);
  if (!ids.includes(userId)) throw notAParticipant();
  const standing = positionOf(head, userId);
  const [users, mentionCount] = await Promise.all([
    chat.users.getMany(ids, "eventual"),
    countMentions(chat, head, userId, standing, "eventual"),
  ]);
  return { conversation: toConversation(head, standing, users, chat.clock.now(), chat.rules, mentionCount) };
}
