import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { planAppend, planRead } from "../../lambdas/chat/model/head.ts";
import { AS_SENT } from "../../lambdas/chat/model/message-state.ts";
import type { OwnSettings } from "../../lambdas/chat/model/records.ts";
import type { HeadStore } from "../../lambdas/chat/ports.ts";
import { createHeadStore } from "../../lambdas/store/heads.ts";
import { describeOnEngine } from "../support/engine.ts";
import { aHead, aMessage, freshConversationId } from "../support/made-records.ts";

const T = 1_700_000_000_000;

describeOnEngine("the head store", (table) => {
  let heads: HeadStore;
  beforeAll(() => {
    heads = createHeadStore(table());
  });
  beforeEach(() => table().meter.reset());

  const stored = async () => {
    const head = aHead();
    await heads.create(head);
    return head;
  };

  it("creates a head once and gives it back", async () => {
    const head = await stored();
    await heads.create({ ...head, createdAt: 1, participants: [] });
    expect(await heads.get(head.id, "strong")).toEqual(head);
    expect(await heads.get(head.id, "eventual")).toEqual(head);
    expect(await heads.get(freshConversationId(), "strong")).toBeNull();
    const reads = table().meter.calls.filter(({ command }) => command === "GetItem");
    expect(reads.map(({ strong }) => strong)).toEqual([true, false, true]);
  });

  it("reads more heads than one request may ask for", async () => {
    const many = await Promise.all(Array.from({ length: 130 }, stored));
    table().meter.reset();
    const ids = many.map(({ id }) => id);
    const found = await heads.getMany([...ids, freshConversationId()]);
    expect(found.size).toBe(130);
    for (const head of many) expect(found.get(head.id)).toEqual(head);
    expect(table().meter.counts).toEqual({ BatchGetItem: 2 });
    expect(await heads.getMany([])).toEqual(new Map());
  });

  describe("move", () => {
    it("keeps what participants have set for themselves, and expects the turns of the archive", async () => {
      const head = await stored();
      const move = (archiveTurns: readonly number[], own: OwnSettings) =>
        heads.move({
          conversationId: head.id,
          expect: { readSeqs: [], archiveTurns },
          set: { positions: [], own: [{ participant: 1, ...own }] },
        });
      const [ada, bob] = head.participants;
      const archived = await move([0, 0], { pinned: true, archiveTurn: 1, mutedUntil: T });
      const standing = {
        ...head,
        participants: [ada, { ...bob, pinned: true, archiveTurn: 1, mutedUntil: T }],
      };
      expect(archived).toEqual({ type: "moved", head: standing });
      expect(await move([0, 0], { pinned: false })).toEqual({ type: "conflict", head: standing });
      expect(await move([0, 2], { pinned: false })).toEqual({ type: "conflict", head: standing });
      expect((await move([0, 1], { pinned: false })).type).toBe("moved");
    });

    it("moves to exactly what was planned, preview and all", async () => {
      const head = await stored();
      const message = aMessage({ conversationId: head.id, seq: 1, clientMessageId: "c1", createdAt: T + 5 });
      const moved = await heads.move(planAppend(head, [message]).move);
      expect(moved).toEqual({
        type: "moved",
        head: {
          ...head,
          lastSeq: 1,
          lastMessageAt: T + 5,
          activityAt: T + 5,
          largest: 5,
          lastMessage: {
            seq: 1,
            senderId: "ada",
            ...AS_SENT,
            content: "hello",
            truncated: false,
            clientMessageId: "c1",
            createdAt: T + 5,
            system: null,
          },
          participants: [{ ...head.participants[0], readSeq: 1, wrote: true }, head.participants[1]],
        },
      });
      expect(await heads.get(head.id, "strong")).toEqual(moved.head);
    });

    it("lets one of many that plan the same move have it, and tells the others how it stands", async () => {
      const head = await stored();
      const plan = planAppend(head, [aMessage({ conversationId: head.id, seq: 1 })]);
      const results = await Promise.all(Array.from({ length: 15 }, () => heads.move(plan.move)));
      expect(results.filter(({ type }) => type === "moved")).toHaveLength(1);
      const now = await heads.get(head.id, "strong");
      for (const { head } of results) expect(head).toEqual(now);
    });

    it("forgets a clientMessageId that the new last message does not have", async () => {
      const head = await stored();
      const first = aMessage({ conversationId: head.id, seq: 1, clientMessageId: "c1" });
      const second = aMessage({ conversationId: head.id, seq: 2 });
      const once = await heads.move(planAppend(head, [first]).move);
      const twice = await heads.move(planAppend(once.head, [second]).move);
      expect(twice.head.lastMessage?.clientMessageId).toBeNull();
      expect(await heads.get(head.id, "strong")).toEqual(twice.head);
    });

    it("keeps the length of the longest message, in bytes", async () => {
      const head = await stored();
      const say = (seq: number, content: string) => aMessage({ conversationId: head.id, seq, content });
      const long = await heads.move(planAppend(head, [say(1, "é".repeat(30))]).move);
      const short = await heads.move(planAppend(long.head, [say(2, "x")]).move);
      expect([long.head.largest, short.head.largest]).toEqual([60, 60]);
    });

    it("moves read positions of two readers at once, one past the other", async () => {
      const head = await stored();
      const message = aMessage({ conversationId: head.id, seq: 1 });
      const { head: moved } = await heads.move(planAppend(head, [message]).move);
      const read = planRead(moved, "bob", 1, T + 9);
      const next = planAppend(moved, [aMessage({ conversationId: head.id, seq: 2 })]);
      const results = await Promise.all([heads.move(read!.move), heads.move(next.move)]);
      expect(results.map(({ type }) => type)).toEqual(["moved", "moved"]);
      expect((await heads.get(head.id, "strong"))?.participants).toEqual([
        { id: "ada", readSeq: 2, readAt: null, stepSeq: 0, wrote: true },
        { id: "bob", readSeq: 1, readAt: T + 9, stepSeq: 0 },
      ]);
    });

    it.each([
      ["another last seq", { lastSeq: 7, readSeqs: [] }],
      ["another read position", { readSeqs: [{ participant: 1, readSeq: 3 }] }],
      ["another time of the rows", { readSeqs: [], activityAt: { equals: T + 1 } }],
      ["rows above where they are", { readSeqs: [], activityAt: { above: T + 5 } }],
      ["an earlier last message", { readSeqs: [], lastMessageAtMost: T + 4 }],
      ["only shorter messages", { readSeqs: [], largestBelow: 5 }],
    ])("refuses a move that expects %s", async (_what, expectation) => {
      const head = await stored();
      const message = aMessage({ conversationId: head.id, seq: 1, createdAt: T + 5 });
      const { head: moved } = await heads.move(planAppend(head, [message]).move);
      const result = await heads.move({
        conversationId: head.id,
        expect: expectation,
        set: { lastSeq: 99, positions: [] },
      });
      expect(result).toEqual({ type: "conflict", head: moved });
      expect(await heads.get(head.id, "strong")).toEqual(moved);
    });

    it("throws for a conversation that has no head", async () => {
      const head = aHead();
      const plan = planAppend(head, [aMessage({ conversationId: head.id, seq: 1 })]);
      await expect(heads.move(plan.move)).rejects.toThrow("has no head");
      expect(await heads.get(head.id, "strong")).toBeNull();
    });
  });

  describe("read steps", () => {
    const list = (id: string, participant: number, from: number, limit: number) =>
      heads.listReadSteps(id, participant, from, limit, "strong");

    it("lists one participant's steps from a seq on, lowest first", async () => {
      const { id } = await stored();
      const steps = [2, 9, 10, 100].map((seq) => ({ participant: 0, seq, at: T + seq }));
      const other = { participant: 1, seq: 9, at: T };
      await Promise.all([...steps, other].map((step) => heads.putReadStep(id, step)));
      expect(await list(id, 0, 0, 10)).toEqual(steps);
      expect(await list(id, 0, 9, 10)).toEqual(steps.slice(1));
      expect(await list(id, 0, 11, 10)).toEqual(steps.slice(3));
      expect(await list(id, 0, 9, 2)).toEqual(steps.slice(1, 3));
      expect(await list(id, 1, 0, 10)).toEqual([other]);
      expect(await list(id, 1, 10, 10)).toEqual([]);
    });

    it("takes the same step twice", async () => {
      const { id } = await stored();
      const step = { participant: 1, seq: 4, at: T };
      await Promise.all([heads.putReadStep(id, step), heads.putReadStep(id, step)]);
      expect(await list(id, 1, 0, 10)).toEqual([step]);
    });

    it("does not take participant 10's steps for participant 1's", async () => {
      const { id } = await stored();
      await heads.putReadStep(id, { participant: 10, seq: 4, at: T });
      expect(await list(id, 1, 0, 10)).toEqual([]);
    });

    it("reads as consistently as it is told", async () => {
      const { id } = await stored();
      table().meter.reset();
      await list(id, 0, 0, 1);
      await heads.listReadSteps(id, 0, 0, 1, "eventual");
      expect(table().meter.calls.map(({ strong }) => strong)).toEqual([true, false]);
    });
  });
});
