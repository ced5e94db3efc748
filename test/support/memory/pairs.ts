import type { PairStore } from "../../../lambdas/chat/ports.ts";
import { pairKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOf, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryPairs({ pairs }: MemoryDatabase, hooks: Hooks): PairStore {
  return {
    get: (userId, otherId, consistency) =>
      call(hooks, "pairs.get", () => pairs.get(pairKey(userId, otherId), lagOf(hooks, consistency))),

    getMany: (userId, otherIds) =>
      call(
        hooks,
        "pairs.getMany",
        () =>
          new Map(
            otherIds.flatMap((otherId) => {
              const pair = pairs.get(pairKey(userId, otherId), hooks.lag());
              return pair ? [[otherId, pair.conversationId] as const] : [];
            }),
          ),
      ),

    claim: (userId, otherId, pair) =>
      write(hooks, "pairs.claim", () => {
        const key = pairKey(userId, otherId);
        const claimed = pairs.get(key);
        if (claimed) return claimed;
        pairs.set(key, pair);
        return pair;
      }),
  };
}
