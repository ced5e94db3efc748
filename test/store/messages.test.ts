import { beforeAll, beforeEach, expect, it } from "vitest";
import type { MessageStore } from "../../lambdas/chat/ports.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { describeOnEngine } from "../support/engine.ts";
import { aMessage, freshConversationId } from "../support/made-records.ts";

describeOnEngine("the message store", (table) => {
  let messages: MessageStore;
  let conversationId: string;
  beforeAll(() => {
    messages = createMessageStore(table());
  });
  beforeEach(() => {
    conversationId = freshConversationId();
    table().meter.reset();
  });

  const fill = async (count: number, content = "hello"): Promise<void> => {
    const seqs = Array.from({ length: count }, (_, index) => index + 1);
    await Promise.all(seqs.map((seq) => messages.put(aMessage({ conversationId, seq, content }))));
  };
  const seqsOf = (found: readonly { readonly seq: number }[]): number[] => found.map(({ seq }) => seq);

  it("gives back what it stored, in every field", async () => {
    const named = aMessage({
      conversationId,
      seq: 1,
      clientMessageId: "a#b %23 😀",
      content: "white \n space, emoji 👩‍👩‍👧 and \u200b",
    });
    const unnamed = aMessage({ conversationId, seq: 2 });
    expect(await messages.put(named)).toEqual({ type: "stored" });
    expect(await messages.put(unnamed)).toEqual({ type: "stored" });
    expect(await messages.get(conversationId, 1)).toEqual(named);
    expect(await messages.get(conversationId, 2)).toEqual(unnamed);
    expect(await messages.get(conversationId, 3)).toBeNull();
    expect(table().meter.calls.filter(({ strong }) => strong === true)).toHaveLength(3);
  });

  it("lets one of twenty puts have a slot and shows the others whose it is", async () => {
    const rivals = Array.from({ length: 20 }, (_, n) =>
      aMessage({ conversationId, seq: 1, content: `from ${n}`, clientMessageId: n % 2 ? `c${n}` : null }),
    );
    const outcomes = await Promise.all(rivals.map((rival) => messages.put(rival)));
    const winners = rivals.filter((_, index) => outcomes[index]?.type === "stored");
    expect(winners).toHaveLength(1);
    const refused = outcomes.filter(({ type }) => type === "taken");
    expect(refused).toEqual(Array.from({ length: 19 }, () => ({ type: "taken", by: winners[0] })));
    expect(await messages.get(conversationId, 1)).toEqual(winners[0]);
  });

  it("lists after a seq oldest first and before a seq newest first, both exclusive", async () => {
    await fill(12);
    const after = (seq: number, limit: number) =>
      messages.listAfter(conversationId, seq, limit, "eventual").then(seqsOf);
    const before = (seq: number | null, limit: number) =>
      messages.listBefore(conversationId, seq, limit, "eventual").then(seqsOf);
    expect(await after(0, 3)).toEqual([1, 2, 3]);
    expect(await after(9, 50)).toEqual([10, 11, 12]);
    expect(await after(12, 50)).toEqual([]);
    expect(await after(2 ** 53 - 1, 50)).toEqual([]);
    expect(await before(null, 3)).toEqual([12, 11, 10]);
    expect(await before(10, 2)).toEqual([9, 8]);
    expect(await before(2, 50)).toEqual([1]);
    expect(await before(1, 50)).toEqual([]);
    expect(await before(0, 50)).toEqual([]);
    expect(await before(2 ** 53 - 1, 1)).toEqual([12]);
  });

  it("sorts by number, not by digits, and sees no other conversation", async () => {
    const other = freshConversationId();
    for (const seq of [9, 10, 99, 100, 2 ** 40, 2 ** 53 - 1]) {
      await messages.put(aMessage({ conversationId, seq, createdAt: 1 }));
    }
    await messages.put(aMessage({ conversationId: other, seq: 11 }));
    expect(seqsOf(await messages.listAfter(conversationId, 9, Infinity, "strong"))).toEqual([
      10,
      99,
      100,
      2 ** 40,
      2 ** 53 - 1,
    ]);
    expect(seqsOf(await messages.listBefore(conversationId, null, 2, "strong"))).toEqual([
      2 ** 53 - 1,
      2 ** 40,
    ]);
  });

  it("reads on where the service pages, and stops where the limit says", async () => {
    // 300 × 8 kB: more than two of the service's pages of 1 MB.
    await fill(300, "😀".repeat(2_000));
    table().meter.reset();
    const all = await messages.listAfter(conversationId, 0, Infinity, "strong");
    expect(seqsOf(all)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(table().meter.counts["Query"]).toBeGreaterThanOrEqual(3);

    const some = await messages.listBefore(conversationId, null, 200, "strong");
    expect(seqsOf(some)).toEqual(Array.from({ length: 200 }, (_, index) => 300 - index));
  });

  it("tells who has put the newest slots, and nothing of what they said", async () => {
    await messages.put(aMessage({ conversationId, seq: 1, senderId: "ann", attemptId: "a" }));
    const bob = { seq: 2, senderId: "bob", clientMessageId: "m", attemptId: "b" };
    await messages.put(aMessage({ conversationId, ...bob }));
    table().meter.reset();
    expect(await messages.listNewest(conversationId, 1)).toEqual([bob]);
    expect(seqsOf(await messages.listNewest(conversationId, 10))).toEqual([2, 1]);
    expect(table().meter.calls.map(({ strong }) => strong)).toEqual([true, true]);
  });

  it("reads as consistently as it is told", async () => {
    await messages.listAfter(conversationId, 0, 1, "strong");
    await messages.listBefore(conversationId, null, 1, "strong");
    await messages.listAfter(conversationId, 0, 1, "eventual");
    await messages.listBefore(conversationId, null, 1, "eventual");
    expect(table().meter.calls.map(({ strong }) => strong)).toEqual([true, true, false, false]);
  });
});
