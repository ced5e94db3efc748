import { describe, expect } from "vitest";
import type { Conversation, Message } from "../../lambdas/protocol/objects.ts";
import { test } from "./chat-test.ts";

describe("messages that answer and mention", () => {
  test("show what they answer until it is deleted, and are counted for whom they mention", async ({
    cast,
  }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b, outside] = await Promise.all([alice.connect(), bob.connect(), bob.connect()]);
    await b.ask("join_conversation", { conversationId });
    await a.ask("send_message", { conversationId, content: "one" });
    const metadata = { z: 1, a: [1e300, { b: null }] };
    const reply = { content: "two", replyToSeq: 1, mentions: [bob.id], metadata };
    const { message } = await a.ask("send_message", { conversationId, ...reply });
    expect(message).toMatchObject({
      replyTo: { seq: 1, preview: { content: "one", truncated: false, sender: { id: alice.id } } },
      mentions: [bob.id],
      metadata,
    });
    expect(JSON.stringify(message.metadata)).toBe(JSON.stringify(metadata));
    const told = await b.next((frame) => frame.type === "new_message" && frame.message.seq === 2);
    expect(told).toMatchObject({ message: { replyTo: message.replyTo } });
    await outside.next((frame) => frame.type === "conversation_updated" && frame.mentionCount === 1);
    const mentionCount = async (): Promise<number> => {
      const { body } = await bob.get<{ conversations: Conversation[] }>("/api/conversations");
      return body.conversations[0]!.mentionCount;
    };
    expect(await mentionCount()).toBe(1);

    await a.ask("delete_message", { conversationId, seq: 1 });
    const quotes = async (): Promise<unknown> => {
      const path = `/api/conversations/${conversationId}/messages?markRead=false`;
      const { body } = await bob.get<{ messages: Message[] }>(path);
      return body.messages[1]!.replyTo;
    };
    expect(await quotes()).toEqual({ ...message.replyTo, preview: null });
    const { messages } = await b.ask("sync", { conversationId, afterSeq: 1 });
    expect(messages).toMatchObject([{ replyTo: { seq: 1, preview: null } }]);

    await a.ask("edit_message", { conversationId, seq: 2, mentions: [], metadata: null });
    await outside.next((frame) => frame.type === "conversation_updated" && frame.mentionCount === 0);
    expect(await mentionCount()).toBe(0);
    const { changed } = await b.ask("sync", { conversationId, afterSeq: 2, afterRev: 1 });
    expect(changed).toMatchObject([{ seq: 2, mentions: [], metadata: null, content: "two" }]);
  });

  test("are refused over either API where they name what they may not", async ({ cast }) => {
    const [{ alice, conversationId }, eve] = await Promise.all([cast.pair(), cast.user("eve")]);
    const device = await alice.connect();
    await device.ask("send_message", { conversationId, content: "one" });
    await device.ask("delete_message", { conversationId, seq: 1 });
    const refused = [
      [{ mentions: [eve.id] }, 400, "INVALID_REQUEST"],
      [{ mentions: [alice.id, alice.id] }, 400, "INVALID_REQUEST"],
      [{ mentions: Array.from({ length: 51 }, (_, index) => `u${index}`) }, 400, "INVALID_REQUEST"],
      [{ metadata: { a: "x".repeat(1_017) } }, 400, "INVALID_REQUEST"],
      [{ metadata: { a: { a: { a: { a: { a: {} } } } } } }, 400, "INVALID_REQUEST"],
      [{ metadata: [] }, 400, "INVALID_REQUEST"],
      [{ replyToSeq: 0 }, 400, "INVALID_REQUEST"],
      [{ replyToSeq: 2 }, 404, "NOT_FOUND"],
      [{ replyToSeq: 1 }, 409, "CONFLICT"],
    ] as const;
    for (const [fields, status, code] of refused) {
      const body = { content: "x", ...fields };
      const answer = await alice.post(`/api/conversations/${conversationId}/messages`, body);
      expect([fields, answer.status, answer.body]).toMatchObject([fields, status, { code }]);
      const refusal = await device.refusal({ action: "send_message", conversationId, ...body });
      expect([fields, refusal]).toMatchObject([fields, { code }]);
    }
    const { lastSeq } = await device.ask("sync", { conversationId, afterSeq: 0 });
    expect(lastSeq).toBe(1);
  });
});
