import type { Consistency, MessageStore } from "../../../lambdas/chat/ports.ts";
import type { MessageRecord } from "../../../lambdas/chat/model/records.ts";
import { slotKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOfList, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryMessages(database: MemoryDatabase, hooks: Hooks): MessageStore {
  const lagOfMessages = (consistency: Consistency): (() => number) =>
    consistency === "eventual" && hooks.isPatchy ? () => hooks.lag() : lagOfList(hooks, consistency);

  /**
   * Strong reads go page by page, each as of its own moment: a long query is no snapshot. The eventual ones
   * are of at most 101 messages, which is less than the megabyte of one page.
   */
  async function list(
    name: string,
    consistency: Consistency,
    limit: number,
    next: (last: MessageRecord | undefined, page: readonly MessageRecord[]) => readonly MessageRecord[],
  ): Promise<readonly MessageRecord[]> {
    const found: MessageRecord[] = [];
    for (;;) {
      const size = Math.min(consistency === "strong" ? hooks.pageSize : Infinity, limit - found.length);
      const page = await call(hooks, name, () =>
        next(found.at(-1), database.messages.values(lagOfMessages(consistency))).slice(0, size),
      );
      found.push(...page);
      if (page.length < size || found.length >= limit) return found;
    }
  }

  const newestFirst = (name: string, ...given: Parameters<MessageStore["listBefore"]>) => {
    const [conversationId, beforeSeq, limit, consistency] = given;
    return list(name, consistency, limit, (last, all) =>
      all
        .filter(
          (one) => one.conversationId === conversationId && one.seq < (last?.seq ?? beforeSeq ?? Infinity),
        )
        .sort((a, b) => b.seq - a.seq),
    );
  };

  return {
    put: (message) =>
      write(hooks, "messages.put", () => {
        const key = slotKey(message.conversationId, message.seq);
        const by = database.messages.get(key);
        if (by) return { type: "taken", by };
        database.messages.set(key, message);
        return { type: "stored" };
      }),

    revise: (message, rev) =>
      write(hooks, "messages.revise", () => {
        const key = slotKey(message.conversationId, message.seq);
        const stored = database.messages.get(key);
        if (!stored) throw new Error("A message that was changed has gone.");
        if (stored.rev !== rev) return { type: "conflict", message: stored };
        database.messages.set(key, message);
        return { type: "revised" };
      }),

    get: (conversationId, seq) =>
      call(hooks, "messages.get", () => database.messages.get(slotKey(conversationId, seq))),

    getMany: (conversationId, seqs) =>
      call(hooks, "messages.getMany", () =>
        seqs.flatMap((seq) => database.messages.get(slotKey(conversationId, seq)) ?? []),
      ),

    listAfter: (conversationId, afterSeq, limit, consistency) =>
      list("messages.listAfter", consistency, limit, (last, all) =>
        all
          .filter((one) => one.conversationId === conversationId && one.seq > (last?.seq ?? afterSeq))
          .sort((a, b) => a.seq - b.seq),
      ),

    listNewest: (conversationId, limit) =>
      newestFirst("messages.listNewest", conversationId, null, limit, "strong"),

    listBefore: (...given) => newestFirst("messages.listBefore", ...given),
  };
}
