import type { GroupClaimStore } from "../../../lambdas/chat/ports.ts";
import { groupClaimKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOf, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryGroupClaims({ groupClaims }: MemoryDatabase, hooks: Hooks): GroupClaimStore {
  return {
    get: (userId, name) =>
      call(hooks, "groupClaims.get", () =>
        groupClaims.get(groupClaimKey(userId, name), lagOf(hooks, "eventual")),
      ),

    claim: (userId, name, conversationId) =>
      write(hooks, "groupClaims.claim", () => {
        const key = groupClaimKey(userId, name);
        const claimed = groupClaims.get(key);
        if (claimed === null) groupClaims.set(key, conversationId);
        return claimed ?? conversationId;
      }),
  };
}
