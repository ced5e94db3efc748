import { AS_WRITTEN } from "../../../lambdas/protocol/objects.ts";
import type { Message, Reaction } from "../../../lambdas/protocol/objects.ts";
import type { Change } from "../outbox/change.ts";

/** A message as it will be once the server has made this change of `me`. */
export function asChanged(message: Message, change: Change, me: string, at: string): Message {
  if (message.deletedAt !== null) return message;
  switch (change.kind) {
    case "edit":
      return {
        ...message,
        content: change.content ?? message.content,
        mentions: change.mentions ?? message.mentions,
        metadata: change.metadata === undefined ? message.metadata : change.metadata,
        editedAt: at,
      };
    case "delete":
      return { ...message, ...AS_WRITTEN, rev: message.rev, content: "", deletedAt: at };
    case "react":
      return { ...message, reactions: withReaction(message.reactions, change.emoji, me, change.on) };
    case "settings":
      return message;
    case "pin":
      return { ...message, pinnedAt: change.on ? (message.pinnedAt ?? at) : null };
  }
}

function withReaction(
  reactions: readonly Reaction[],
  emoji: string,
  me: string,
  on: boolean,
): readonly Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji) ?? { emoji, count: 0, userIds: [] };
  // Of very many only the first are told: oneself is one of them as far as can be seen.
  if (known.userIds.includes(me) === on) return reactions;
  const userIds = on ? [...known.userIds, me] : known.userIds.filter((id) => id !== me);
  const next = { emoji, count: known.count + (on ? 1 : -1), userIds };
  const at = reactions.indexOf(known);
  if (next.count === 0) return reactions.filter((reaction) => reaction !== known);
  return at < 0 ? [...reactions, next] : reactions.with(at, next);
}
