import { beforeAll, beforeEach, expect, it } from "vitest";
import type { MentionStore } from "../../lambdas/chat/ports.ts";
import { createMentionStore } from "../../lambdas/store/mentions.ts";
import { describeOnEngine } from "../support/engine.ts";
import { freshConversationId } from "../support/made-records.ts";

describeOnEngine("who is mentioned where", (table) => {
  let mentions: MentionStore;
  let conversationId: string;
  beforeAll(() => {
    mentions = createMentionStore(table());
  });
  beforeEach(() => {
    conversationId = freshConversationId();
  });

  const mark = (seq: number, fields: { userId?: string; rev?: number; on?: boolean } = {}): Promise<void> =>
    mentions.mark(conversationId, { userId: "a#b %23 😀", seq, rev: 0, on: true, ...fields });
  const count = (afterSeq: number, upToSeq: number, userId = "a#b %23 😀"): Promise<number> =>
    mentions.count(conversationId, userId, { afterSeq, upToSeq }, "strong");

  it("is counted above one seq, up to another, for each by themselves", async () => {
    for (const seq of [1, 2, 10, 100]) await mark(seq);
    await mark(3, { userId: "a" });
    await mark(3, { userId: "a#b %23 😀#" });
    await mark(4, { userId: "😀".repeat(255) });
    expect([await count(0, 200), await count(1, 100), await count(1, 99), await count(2, 9)]).toEqual([
      4, 3, 2, 0,
    ]);
    expect([await count(100, 200), await count(100, 100), await count(9, 10)]).toEqual([0, 0, 1]);
    expect([await count(0, 9, "a"), await count(0, 9, "a#b"), await count(0, 9, "😀".repeat(255))]).toEqual([
      1, 0, 1,
    ]);
  });

  it("is as of the latest rev of the message, in whatever order they come", async () => {
    await mark(1, { rev: 4, on: false });
    await mark(1, { rev: 0 });
    await mark(1, { rev: 4 });
    expect(await count(0, 1)).toBe(0);
    await mark(1, { rev: 5 });
    await mark(1, { rev: 3, on: false });
    expect(await count(0, 1)).toBe(1);
  });
});
