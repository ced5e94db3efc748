import type { AllowanceStore } from "../../../lambdas/chat/ports.ts";
import { allowanceKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryAllowances({ allowances, made }: MemoryDatabase, hooks: Hooks): AllowanceStore {
  return {
    lease: (userId, kind, { most, least, perSecond, burstMs, now }) =>
      write(hooks, "allowances.lease", () => {
        const key = allowanceKey(userId, kind);
        const givenUntil = allowances.get(key) ?? 0;
        const from = Math.max(now, givenUntil);
        const left = Math.floor(((now + burstMs - from + 1e-3) * perSecond) / 1000);
        const count = Math.min(most, left);
        if (count < least) return { count: 0, givenUntil };
        const until = from + (count / perSecond) * 1000;
        allowances.set(key, until);
        return { count, givenUntil: until };
      }),

    countConversation: (userId, { perHour, hourMs, now }) =>
      write(hooks, "allowances.countConversation", () => {
        const hour = made.get(userId);
        const current = hour && hour.from > now - hourMs ? hour : { from: now, count: 0 };
        if (current.count >= perHour) return { type: "full", from: current.from };
        made.set(userId, { from: current.from, count: current.count + 1 });
        return { type: "counted", from: current.from };
      }),

    uncountConversation: (userId, from) =>
      write(hooks, "allowances.uncountConversation", () => {
        const hour = made.get(userId);
        if (hour?.from === from && hour.count > 0) made.set(userId, { from, count: hour.count - 1 });
      }),
  };
}
