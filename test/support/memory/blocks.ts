import type { BlockStore } from "../../../lambdas/chat/ports.ts";
import { blockKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOf, lagOfList, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryBlocks({ blocks }: MemoryDatabase, hooks: Hooks): BlockStore {
  return {
    has: (userId, otherId, consistency) =>
      call(
        hooks,
        "blocks.has",
        () => blocks.get(blockKey(userId, otherId), lagOf(hooks, consistency))?.on === true,
      ),

    among: (userIds, otherId) =>
      call(
        hooks,
        "blocks.among",
        () => new Set(userIds.filter((id) => blocks.get(blockKey(id, otherId), hooks.lag())?.on === true)),
      ),

    list: (userId) =>
      call(hooks, "blocks.list", () =>
        blocks
          .values(lagOfList(hooks, "eventual"))
          .filter((block) => block.userId === userId && block.on)
          .sort((a, b) => b.at - a.at)
          .map(({ otherId }) => otherId),
      ),

    put: (userId, otherId, at) =>
      write(hooks, "blocks.put", () => {
        const key = blockKey(userId, otherId);
        if (blocks.get(key)?.on !== true) blocks.set(key, { userId, otherId, at, on: true });
      }),

    remove: (userId, otherId) =>
      write(hooks, "blocks.remove", () =>
        blocks.set(blockKey(userId, otherId), { userId, otherId, at: 0, on: false }),
      ),
  };
}
