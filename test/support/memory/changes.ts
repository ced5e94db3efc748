import { applyOwnReactions } from "../../../lambdas/chat/model/message-state.ts";
import type { ChangeRecord, Reactor } from "../../../lambdas/chat/model/records.ts";
import type { ChangeStore, ReactionStore } from "../../../lambdas/chat/ports.ts";
import { reactionKey, slotKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryChanges(database: MemoryDatabase, hooks: Hooks): ChangeStore {
  const { changes } = database;
  return {
    put: (change) =>
      write(hooks, "changes.put", () => {
        const key = slotKey(change.conversationId, change.rev);
        const by = changes.get(key);
        if (by) return { type: "taken", by };
        changes.set(key, change);
        return { type: "stored" };
      }),

    // Page by page, each as of its own moment: a long query is no snapshot.
    async listAfter(conversationId, afterRev, limit) {
      const found: ChangeRecord[] = [];
      for (;;) {
        const size = Math.min(hooks.pageSize, limit - found.length);
        const page = await call(hooks, "changes.listAfter", () =>
          database
            .changeLog(conversationId)
            .filter(({ rev }) => rev > (found.at(-1)?.rev ?? afterRev))
            .slice(0, size),
        );
        found.push(...page);
        if (page.length < size || found.length >= limit) return found;
      }
    },

    empty: (conversationId, rev) =>
      write(hooks, "changes.empty", () => {
        const key = slotKey(conversationId, rev);
        const record = changes.get(key);
        if (record?.change.type === "edit")
          changes.set(key, { ...record, change: { type: "edit", said: null } });
      }),
  };
}

export function memoryReactions({ reactions }: MemoryDatabase, hooks: Hooks): ReactionStore {
  return {
    get: (conversationId, seq, userId) =>
      call(hooks, "reactions.get", () => {
        const stored = reactions.get(reactionKey(conversationId, seq, userId));
        return stored ? { rev: stored.rev, emojis: stored.emojis } : { rev: 0, emojis: new Map() };
      }),

    apply: (conversationId, seq, userId, changes) =>
      write(hooks, "reactions.apply", () => {
        const key = reactionKey(conversationId, seq, userId);
        const stored = reactions.get(key) ?? { conversationId, seq, userId, rev: 0, emojis: new Map() };
        if (stored.rev >= changes.at(-1)!.rev) return;
        const own = applyOwnReactions({ rev: 0, emojis: stored.emojis }, { seq, userId }, changes);
        reactions.set(key, { ...stored, ...own });
      }),

    async list(conversationId, seq, afterUserId, limit) {
      const found: Reactor[] = [];
      for (;;) {
        const size = Math.min(hooks.pageSize, limit - found.length);
        const after = found.at(-1)?.userId ?? afterUserId;
        const page = await call(hooks, "reactions.list", () =>
          reactions
            .values()
            .filter((one) => one.conversationId === conversationId && one.seq === seq)
            .filter(({ userId }) => after === null || userId > after)
            .sort((a, b) => (a.userId < b.userId ? -1 : 1))
            .slice(0, size)
            .map(({ userId, rev, emojis }) => ({ userId, rev, emojis })),
        );
        found.push(...page);
        if (page.length < size || found.length >= limit) return found;
      }
    },
  };
}
