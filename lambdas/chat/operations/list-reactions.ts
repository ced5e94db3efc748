import type { ReactionPage } from "../../protocol/http-answers.ts";
import type { ReactionsRequest } from "../../protocol/http-requests.ts";
import type { Caller, Chat } from "../chat.ts";
import type { Target } from "../model/target.ts";
import { noSuchMessage } from "../model/refusal.ts";
import { iso } from "../model/times.ts";
import { toUser, userIn } from "../model/views.ts";
import { firstSeqOf } from "../model/standing.ts";
import { participate, stillParticipate } from "../steps/participate.ts";

/**
 * Who reacted to a message, user by user; a page may be short where `emoji` asks for few among many.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`
 */
export async function listReactions(
  chat: Chat,
  caller: Caller,
  { conversationId, seq }: Target,
  { emoji, limit, cursor }: ReactionsRequest,
): Promise<ReactionPage> {
  await chat.limits.reads.take(caller.userId);
  const participation = await participate(chat, caller, conversationId, "remembered");
  const { head } = participation;
  const [message, page] = await Promise.all([
    chat.messages.get(head.id, seq),
    chat.reactions.list(head.id, seq, cursor || null, limit),
  ]);
  const { standing } = await stillParticipate(chat, caller, participation);
  if (!message || seq < firstSeqOf(head, standing)) throw noSuchMessage();
  if (message.deletedAt !== null) return { reactions: [], nextCursor: null };
  const ids = page.map(({ userId }) => userId);
  const users = await chat.users.getMany(ids, "eventual");
  const reactions = page.flatMap(({ userId, emojis }) =>
    [...emojis]
      .filter(([name]) => emoji === null || name === emoji)
      .map(([name, { at }]) => ({ user: toUser(userIn(users, userId)), emoji: name, at: iso(at) })),
  );
  return { reactions, nextCursor: page.length < limit ? null : ids.at(-1)! };
}
