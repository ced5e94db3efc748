import { describe, expect } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { test } from "./chat-test.ts";

describe("sync", () => {
  test("catches up in pages, oldest first, 50 unless told otherwise", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    for (let seq = 1; seq <= 105; seq += 1)
      await a.ask("send_message", { conversationId, content: `${seq}` });
    const seqs = (messages: readonly Message[]) => [messages[0]?.seq, messages.at(-1)?.seq, messages.length];

    const standard = await b.ask("sync", { conversationId, afterSeq: 0 });
    expect(standard).toMatchObject({ lastSeq: 105, hasMore: true });
    expect(seqs(standard.messages)).toEqual([1, 50, 50]);
    // As many of a hundred as a frame of 30 KB holds.
    const most = await b.ask("sync", { conversationId, afterSeq: 0, limit: 100 });
    expect(seqs(most.messages)).toEqual([1, most.seq, most.seq]);
    expect(most.seq).toBeGreaterThan(50);
    expect(most.hasMore).toBe(true);
    const rest = await b.ask("sync", { conversationId, afterSeq: 100, limit: 5 });
    expect(seqs(rest.messages)).toEqual([101, 105, 5]);
    expect(rest).toMatchObject({ lastSeq: 105, hasMore: false });
    const one = await b.ask("sync", { conversationId, afterSeq: 41, limit: 1 });
    expect(seqs(one.messages)).toEqual([42, 42, 1]);
    expect(one.hasMore).toBe(true);
  });

  test("of an empty conversation, at the tail and beyond it gives nothing", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    const empty = { messages: [], hasMore: false };
    expect(await b.ask("sync", { conversationId, afterSeq: 0 })).toMatchObject({ ...empty, lastSeq: 0 });
    await a.ask("send_message", { conversationId, content: "one" });
    for (const afterSeq of [1, 2, Number.MAX_SAFE_INTEGER]) {
      const answer = await b.ask("sync", { conversationId, afterSeq });
      expect(answer).toMatchObject({ ...empty, seq: afterSeq, lastSeq: 1 });
    }
  });

  test("marks nothing as read", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await a.ask("send_message", { conversationId, content: "one" });
    await b.ask("sync", { conversationId, afterSeq: 0 });
    const { messages } = await b.ask("sync", { conversationId, afterSeq: 0 });
    expect(messages[0]!.readAt).toBeNull();
    expect(await b.ask("join_conversation", { conversationId })).toMatchObject({ readSeq: 0, lastSeq: 1 });
  });

  test("ends early at 30 KB and goes on from there without a hole", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    // 8,000 bytes as UTF-8 each.
    const content = "😀".repeat(2_000);
    for (let seq = 1; seq <= 30; seq += 1) await a.ask("send_message", { conversationId, content });
    const found: Message[] = [];
    let pages = 0;
    let hasMore = true;
    while (hasMore) {
      const page = await b.ask("sync", { conversationId, afterSeq: found.at(-1)?.seq ?? 0, limit: 100 });
      const bytes = Buffer.byteLength(JSON.stringify(page));
      expect(bytes).toBeLessThanOrEqual(30 * 1024);
      if (page.hasMore) expect(bytes).toBeGreaterThan(20 * 1024);
      expect(page.lastSeq).toBe(30);
      found.push(...page.messages);
      hasMore = page.hasMore;
      pages += 1;
    }
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(found.every((message) => message.content === content)).toBe(true);
    expect(pages).toBe(10);
  });

  test("gives a device that was away everything acked meanwhile", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await b.ask("join_conversation", { conversationId });
    await a.ask("send_message", { conversationId, content: "seen" });
    const known = (await b.next("new_message")).message.seq;
    await b.vanish();
    const { message: missed } = await a.ask("send_message", { conversationId, content: "missed" });
    const back = await bob.connect();
    const { message: during } = await a.ask("send_message", { conversationId, content: "during" });
    const { messages } = await back.ask("sync", { conversationId, afterSeq: known });
    expect(messages).toEqual([missed, during]);
  });
});
