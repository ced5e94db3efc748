import { describe, expect } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { request } from "../support/person.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

const call = (who: Person, method: string, path: string) =>
  request<unknown>(who.cloud, path, { method, token: who.token });

describe("messages that change", () => {
  test("are edited, reacted to, pinned and deleted, and everybody ends with the same", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b, outside] = await Promise.all([alice.connect(), bob.connect(), bob.connect()]);
    await b.ask("join_conversation", { conversationId });
    for (const content of ["one", "two"]) await a.ask("send_message", { conversationId, content });

    const { message: edited } = await a.ask("edit_message", { conversationId, seq: 1, content: "eins" });
    expect(edited).toMatchObject({ seq: 1, rev: 1, content: "eins" });
    await b.next((frame) => frame.type === "message_changed" && frame.message.rev === 1);
    const { message: liked } = await b.ask("react", { conversationId, seq: 2, emoji: "👍", on: true });
    expect(liked.reactions).toEqual([{ emoji: "👍", count: 1, userIds: [bob.id] }]);
    const pin = await call(alice, "PUT", `/api/conversations/${conversationId}/messages/1/pin`);
    expect(pin).toMatchObject({ status: 200, body: { message: { rev: 3 } } });
    await a.ask("delete_message", { conversationId, seq: 2 });
    await outside.next(
      (frame) => frame.type === "conversation_updated" && frame.lastMessage.deletedAt !== null,
    );

    // Away since the beginning: what has changed is caught up with, and nothing else.
    const caughtUp = await b.ask("sync", { conversationId, afterSeq: 2, afterRev: 0 });
    expect(caughtUp).toMatchObject({
      messages: [],
      changed: [
        { seq: 1, rev: 3, content: "eins", pinnedAt: expect.any(String) as string },
        { seq: 2, rev: 4, content: "", reactions: [] },
      ],
      rev: 4,
      hasMore: false,
    });
    const history = await call(alice, "GET", `/api/conversations/${conversationId}/messages`);
    expect(history.body).toMatchObject({ lastRev: 4 });
    const inOrder = (messages: readonly Message[]) =>
      messages.map(({ seq, rev, content, deletedAt, pinnedAt }) => ({
        seq,
        rev,
        content,
        deletedAt,
        pinnedAt,
      }));
    expect(inOrder((history.body as { messages: Message[] }).messages)).toEqual(inOrder(caughtUp.changed));
    const pins = await call(bob, "GET", `/api/conversations/${conversationId}/pins`);
    expect(pins.body).toMatchObject({ messages: [{ seq: 1 }] });
  });

  test("by twenty at once take twenty revs, each once, and leave the last of them", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await a.ask("send_message", { conversationId, content: "0" });
    const edits = Array.from({ length: 20 }, (_, index) => index + 1);
    await Promise.all(edits.map((n) => a.ask("edit_message", { conversationId, seq: 1, content: `${n}` })));
    const { changed, rev } = await b.ask("sync", { conversationId, afterSeq: 1, afterRev: 0 });
    expect(rev).toBe(20);
    expect(changed).toMatchObject([{ rev: 20 }]);
    const again = await b.ask("sync", { conversationId, afterSeq: 0 });
    expect(again.messages).toEqual(changed);
  });
});
