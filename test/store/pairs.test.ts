import { beforeAll, beforeEach, expect, it } from "vitest";
import type { PairStore } from "../../lambdas/chat/ports.ts";
import { createPairStore } from "../../lambdas/store/pairs.ts";
import { describeOnEngine } from "../support/engine.ts";
import { freshConversationId, freshUserId } from "../support/made-records.ts";

describeOnEngine("the pair store", (table) => {
  let pairs: PairStore;
  beforeAll(() => {
    pairs = createPairStore(table());
  });
  beforeEach(() => table().meter.reset());

  it("gives fifty claims from both sides the conversation of one of them", async () => {
    const [a, b] = [freshUserId(), freshUserId()];
    const claims = Array.from({ length: 50 }, (_, n) => ({
      conversationId: freshConversationId(),
      createdAt: 1_700_000_000_000 + n,
      createdBy: n % 2 ? a : b,
    }));
    const answers = await Promise.all(
      claims.map((claim, n) => (n % 2 ? pairs.claim(a, b, claim) : pairs.claim(b, a, claim))),
    );
    expect(claims).toContainEqual(answers[0]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await pairs.get(a, b, "eventual")).toEqual(answers[0]);
    expect(await pairs.get(b, a, "eventual")).toEqual(answers[0]);
  });

  it("knows nothing of a pair nobody has claimed", async () => {
    expect(await pairs.get(freshUserId(), freshUserId(), "eventual")).toBeNull();
    expect(await pairs.getMany(freshUserId(), [freshUserId()])).toEqual(new Map());
    expect(await pairs.getMany(freshUserId(), [])).toEqual(new Map());
    expect(table().meter.calls.map(({ strong }) => strong)).toEqual([false, false]);
  });

  it("finds whom of 250 a user shares a conversation with", async () => {
    const me = freshUserId();
    const others = Array.from({ length: 250 }, (_, n) => `peer ${n}#%`);
    const shared = others.filter((_, n) => n % 3 === 0);
    const conversations = new Map(shared.map((other) => [other, freshConversationId()]));
    for (const [other, conversationId] of conversations) {
      await pairs.claim(other, me, { conversationId, createdAt: 1, createdBy: other });
    }
    table().meter.reset();
    expect(await pairs.getMany(me, [...others, ...others])).toEqual(conversations);
    expect(table().meter.counts).toEqual({ BatchGetItem: 3 });
  });
});
