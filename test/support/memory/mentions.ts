import type { MentionStore } from "../../../lambdas/chat/ports.ts";
import { mentionKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOfList, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryMentions({ mentions }: MemoryDatabase, hooks: Hooks): MentionStore {
  return {
    mark: (conversationId, mark) =>
      write(hooks, "mentions.mark", () => {
        const key = mentionKey(conversationId, mark.userId, mark.seq);
        const stored = mentions.get(key);
        if (!stored || stored.rev < mark.rev) mentions.set(key, { conversationId, ...mark });
      }),

    count: (conversationId, userId, { afterSeq, upToSeq }, consistency) =>
      call(
        hooks,
        "mentions.count",
        () =>
          mentions
            .values(lagOfList(hooks, consistency))
            .filter((mark) => mark.conversationId === conversationId && mark.userId === userId)
            .filter(({ seq, on }) => on && seq > afterSeq && seq <= upToSeq).length,
      ),
  };
}
