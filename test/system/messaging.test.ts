import { describe, expect } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { test } from "./chat-test.ts";

const ISO_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const URL_SAFE = /^[A-Za-z0-9._~-]+$/;

describe("send_message", () => {
  test("is acked with the whole message", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    const before = Date.now();
    const { message, duplicate } = await device.ask("send_message", {
      conversationId,
      content: "hello",
      clientMessageId: "m-1",
    });
    expect(duplicate).toBe(false);
    expect(message).toMatchObject({
      conversationId,
      seq: 1,
      sender: { id: alice.id, name: alice.id, displayName: alice.id, avatarUrl: null },
      content: "hello",
      clientMessageId: "m-1",
      readAt: null,
    });
    expect(message.id).toMatch(URL_SAFE);
    expect(message.createdAt).toMatch(ISO_MS);
    expect(Date.parse(message.createdAt)).toBeGreaterThanOrEqual(before - 1);
    expect(Date.parse(message.createdAt)).toBeLessThanOrEqual(Date.now());
    expect(conversationId).toMatch(URL_SAFE);
  });

  test("comes to every device in the room as new_message, to every other as conversation_updated", async ({
    cast,
  }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [sending, aliceIn, aliceOut, bobIn, bobOut] = await Promise.all([
      alice.connect(),
      alice.connect(),
      alice.connect(),
      bob.connect(),
      bob.connect(),
    ]);
    for (const device of [sending, aliceIn, bobIn]) await device.ask("join_conversation", { conversationId });

    const { message } = await sending.ask("send_message", { conversationId, content: "hi all" });
    for (const device of [aliceIn, bobIn]) {
      expect((await device.next("new_message")).message).toEqual(message);
      await device.none("conversation_updated");
      await device.none("new_message");
    }
    for (const [device, unreadCount] of [
      [aliceOut, 0],
      [bobOut, 1],
    ] as const) {
      expect(await device.next("conversation_updated")).toEqual({
        type: "conversation_updated",
        conversationId,
        lastMessage: { ...message, truncated: false },
        lastMessageAt: message.createdAt,
        unreadCount,
        mentionCount: 0,
        lastSeq: 1,
        lastRev: 0,
      });
      await device.none("new_message");
      await device.none("conversation_updated");
    }
    await sending.none("new_message");
    await sending.none("conversation_updated");
  });

  test("without an id comes back to its own connection as new_message, once", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await a.ask("join_conversation", { conversationId });
    a.send({ action: "send_message", conversationId, content: "no id" });
    const { message } = await a.next("new_message");
    expect(message).toMatchObject({ seq: 1, content: "no id", sender: { id: alice.id } });
    // Bob's message is caused by the first one's answer: whatever else came of that is here by then.
    await b.ask("send_message", { conversationId, content: "second" });
    const isFirst = (frame: { type: string; message?: unknown }) =>
      frame.type === "new_message" && (frame.message as Message).seq === 1;
    await a.noneBefore(
      (frame) => frame.type === "ack" || isFirst(frame),
      (frame) => frame.type === "new_message" && frame.message.seq === 2,
    );
  });

  test("without an id and outside the room comes back too", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    device.send({ action: "send_message", conversationId, content: "not joined" });
    expect((await device.next("new_message")).message).toMatchObject({ seq: 1, content: "not joined" });
    await device.none("conversation_updated");
  });

  test("numbers a sender's messages in the order they were acked", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const device = await alice.connect();
    const contents = Array.from({ length: 20 }, (_, index) => `message ${index + 1}`);
    for (const content of contents) await device.ask("send_message", { conversationId, content });
    const reader = await bob.connect();
    const { messages } = await reader.ask("sync", { conversationId, afterSeq: 0 });
    expect(messages.map(({ seq }) => seq)).toEqual(contents.map((_, index) => index + 1));
    expect(messages.map(({ content }) => content)).toEqual(contents);
  });

  test("takes the sender from the token alone and ignores unknown fields", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const device = await alice.connect();
    const { message } = await device.ask("send_message", {
      conversationId,
      content: "it is me",
      sender: { id: bob.id },
      senderId: bob.id,
      userId: bob.id,
      seq: 77,
      createdAt: "2001-01-01T00:00:00.000Z",
      __proto__x: 1,
    });
    expect(message).toMatchObject({ seq: 1, sender: { id: alice.id } });
    expect(message.createdAt > "2020").toBe(true);
  });

  test.for([
    ["white space around", "  a\tb\r\n c  "],
    ["emoji, joined and flagged", "👩‍👩‍👧‍👦 🇦🇹 ❤️‍🔥"],
    ["right to left", "שלום ‏עולם\u202E"],
    ["decomposed and composed", "e\u0301 \u00e9"],
    ["what JSON and HTML escape", `"\\/<script>&amp;\u0001\u007f\u2028`],
    ["2,000 letters", "x".repeat(2_000)],
    ["2,000 code points outside the basic plane", "😀".repeat(2_000)],
    ["one character", "?"],
  ] as const)("returns content unchanged: %s", async ([, content], { cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await b.ask("join_conversation", { conversationId });
    const { message } = await a.ask("send_message", { conversationId, content });
    expect(message.content).toBe(content);
    expect((await b.next("new_message")).message.content).toBe(content);
    const history = await bob.get<{ messages: Message[] }>(`/api/conversations/${conversationId}/messages`);
    expect(history.body.messages.map((one) => one.content)).toEqual([content]);
  });
});

describe("sending over HTTP", () => {
  test("answers 201, then 200 to a repeat, and reaches all sockets, the sender's too", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [aliceIn, bobIn, bobOut] = await Promise.all([alice.connect(), bob.connect(), bob.connect()]);
    for (const device of [aliceIn, bobIn]) await device.ask("join_conversation", { conversationId });
    const path = `/api/conversations/${conversationId}/messages`;
    const body = { content: "by HTTP", clientMessageId: "h-1", afterSeq: 0 };

    const first = await alice.post<{ message: Message; duplicate: boolean }>(path, body);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ duplicate: false, message: { seq: 1, clientMessageId: "h-1" } });
    for (const device of [aliceIn, bobIn]) {
      expect((await device.next("new_message")).message).toEqual(first.body.message);
    }
    expect(await bobOut.next("conversation_updated")).toMatchObject({ lastSeq: 1, unreadCount: 1 });

    const repeat = await alice.post(path, { ...body, content: "another text" });
    expect(repeat.status).toBe(200);
    expect(repeat.body).toEqual({ message: first.body.message, duplicate: true });
  });
});
