import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { deployment, person } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";

/** Alice has two connections, Bob two; one of each is in the room. */
let alice: Person;
let bob: Person;
let conversationId: string;
let aliceIn: Device;
let aliceOut: Device;
let bobIn: Device;
let bobOut: Device;
beforeEach(async () => {
  alice = person({ name: "Alice", preferred_username: "alice" });
  bob = person({ name: "Bob" });
  [aliceIn, aliceOut, bobIn, bobOut] = [
    await alice.connect(),
    await alice.connect(),
    await bob.connect(),
    await bob.connect(),
  ];
  conversationId = await alice.conversationWith(bob);
  await aliceIn.act("join_conversation", { conversationId });
  await bobIn.act("join_conversation", { conversationId });
  deployment.management.reset();
});

const sendAs = async (device: Device, content: string): Promise<Message> =>
  ((await device.act("send_message", { conversationId, content })) as { message: Message }).message;

describe("join_conversation and leave_conversation", () => {
  it("answer with the conversation as it stands", async () => {
    await sendAs(bobIn, "one");
    expect(await aliceOut.send({ action: "join_conversation", id: "j", conversationId })).toEqual({
      type: "ack",
      id: "j",
      action: "join_conversation",
      data: {
        conversationId,
        kind: "direct",
        lastSeq: 1,
        lastRev: 0,
        readSeq: 0,
        memberCount: 2,
        participants: [alice, bob]
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .map(({ id }) => ({
            id,
            name: id === alice.id ? "alice" : bob.id,
            displayName: id === alice.id ? "Alice" : "Bob",
            avatarUrl: null,
            online: true,
            lastSeenAt: null,
            version: 1,
          })),
      },
    });
    expect(await aliceIn.send({ action: "leave_conversation", id: "l", conversationId })).toEqual({
      type: "ack",
      id: "l",
      action: "leave_conversation",
      data: { conversationId },
    });
  });

  it("say nothing to a frame without an id", async () => {
    expect(await aliceOut.send({ action: "join_conversation", conversationId })).toBeNull();
    expect(await aliceOut.send({ action: "leave_conversation", conversationId })).toBeNull();
  });

  it("decide who gets new_message", async () => {
    await bobIn.act("leave_conversation", { conversationId });
    await bobOut.act("join_conversation", { conversationId });
    await sendAs(aliceIn, "hello");
    expect(bobOut.received).toMatchObject([{ type: "new_message" }]);
    expect(bobIn.received).toMatchObject([{ type: "conversation_updated" }]);
  });

  it("let one connection into ten rooms", async () => {
    const rooms: string[] = [];
    for (let n = 0; n < 11; n += 1) {
      const peer = person();
      await peer.connect();
      rooms.push(await alice.conversationWith(peer));
    }
    for (const room of rooms.slice(0, 10)) await aliceOut.act("join_conversation", { conversationId: room });
    const refused = await aliceOut.send({ action: "join_conversation", id: "x", conversationId: rooms[10] });
    expect(refused).toMatchObject({ type: "error", id: "x", action: "join_conversation", code: "CONFLICT" });
    expect(await aliceIn.act("join_conversation", { conversationId: rooms[10] })).toBeDefined();
  });
});

describe("send_message", () => {
  it("acks the sender and tells everybody else, each according to their room", async () => {
    const ack = await aliceIn.send({
      action: "send_message",
      id: "7",
      conversationId,
      content: "hello",
      clientMessageId: "c1",
      afterSeq: 0,
    });
    const message = {
      id: `${conversationId}-1`,
      conversationId,
      seq: 1,
      sender: { id: alice.id, name: "alice", displayName: "Alice", avatarUrl: null },
      content: "hello",
      clientMessageId: "c1",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      readAt: null,
      rev: 0,
      type: "text",
      system: null,
      editedAt: null,
      deletedAt: null,
      pinnedAt: null,
      replyTo: null,
      mentions: [],
      reactions: [],
      metadata: null,
    };
    expect(ack).toEqual({
      type: "ack",
      id: "7",
      action: "send_message",
      data: { message, duplicate: false },
    });
    const update = (unreadCount: number) => ({
      type: "conversation_updated",
      conversationId,
      lastMessage: { ...message, truncated: false },
      lastMessageAt: message.createdAt,
      unreadCount,
      mentionCount: 0,
      lastSeq: 1,
      lastRev: 0,
    });
    expect(aliceIn.received).toEqual([]);
    expect(aliceOut.received).toEqual([update(0)]);
    expect(bobIn.received).toEqual([{ type: "new_message", message }]);
    expect(bobOut.received).toEqual([update(1)]);
  });

  it("gives the message back as the event where the frame has no id", async () => {
    const answer = await aliceIn.send({ action: "send_message", conversationId, content: "hello" });
    expect(answer).toMatchObject({ type: "new_message", message: { seq: 1, content: "hello" } });
    expect(aliceIn.received).toEqual([]);
  });

  it("knows a repeat, concurrent or late, by its clientMessageId, and tells nobody twice", async () => {
    const frame = { conversationId, content: "once", clientMessageId: "same", afterSeq: 0 };
    const answers = (await Promise.all(
      [aliceIn, aliceOut, aliceIn].map((device) => device.act("send_message", frame)),
    )) as { message: Message; duplicate: boolean }[];
    expect(answers.map(({ duplicate }) => duplicate).toSorted()).toEqual([false, true, true]);
    for (const { message } of answers) expect(message).toEqual(answers[0]!.message);
    expect(await aliceIn.act("send_message", { ...frame, content: "other" })).toEqual({
      message: answers[0]!.message,
      duplicate: true,
    });
    const seen = new Set(bobIn.received.map((event) => JSON.stringify(event)));
    expect(seen.size).toBe(1);
    expect(await bobIn.act("sync", { conversationId, afterSeq: 0 })).toMatchObject({ lastSeq: 1 });
  });

  it("keeps the log dense and ordered under senders at once", async () => {
    const sent = await Promise.all(
      Array.from({ length: 12 }, (_, n) => sendAs([aliceIn, bobIn, aliceOut, bobOut][n % 4]!, `m${n}`)),
    );
    expect(sent.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, n) => n + 1),
    );
    const synced = (await aliceIn.act("sync", { conversationId, afterSeq: 0 })) as { messages: Message[] };
    for (const message of sent) expect(synced.messages[message.seq - 1]).toMatchObject({ id: message.id });
  });

  it("refuses an afterSeq above the last message and leaves no hole", async () => {
    const frame = { action: "send_message", id: "1", conversationId, content: "x", afterSeq: 5 };
    expect(await aliceIn.send(frame)).toMatchObject({ type: "error", code: "INVALID_REQUEST" });
    expect((await sendAs(aliceIn, "first")).seq).toBe(1);
  });
});

describe("typing_start and typing_stop", () => {
  it("reach the other participant's joined connections only", async () => {
    expect(await aliceIn.send({ action: "typing_start", conversationId })).toBeNull();
    expect(await aliceIn.send({ action: "typing_stop", id: "t", conversationId })).toMatchObject({
      type: "ack",
    });
    expect(bobIn.received).toEqual([
      { type: "user_typing", conversationId, userId: alice.id },
      { type: "user_stopped_typing", conversationId, userId: alice.id },
    ]);
    expect(deployment.management.posted).toHaveLength(2);
  });
});

describe("typing ends", () => {
  const stopped = () => ({ type: "user_stopped_typing", conversationId, userId: alice.id });
  beforeEach(async () => {
    await aliceIn.send({ action: "typing_start", conversationId });
    deployment.management.reset();
  });

  it("by sending, once", async () => {
    await sendAs(aliceIn, "typed");
    await sendAs(aliceIn, "not typed");
    expect(bobIn.received.map(({ type }) => type).toSorted()).toEqual([
      "new_message",
      "new_message",
      "user_stopped_typing",
    ]);
    expect(bobIn.received).toContainEqual(stopped());
    expect(bobOut.received.filter(({ type }) => type === "user_stopped_typing")).toEqual([]);
  });

  it("by leaving the room", async () => {
    await aliceIn.act("leave_conversation", { conversationId });
    expect(bobIn.received).toEqual([stopped()]);
  });

  it("with the connection", async () => {
    await aliceIn.disconnect();
    expect(bobIn.received).toEqual([stopped()]);
  });

  it("with the connection, only in the rooms it was in", async () => {
    await aliceOut.disconnect();
    expect(bobIn.received).toEqual([]);
  });
});

describe("mark_read", () => {
  it("moves the position forward, tells everybody else, and never goes back", async () => {
    for (const content of ["a", "b", "c"]) await sendAs(aliceIn, content);
    deployment.management.reset();
    const data = (await bobIn.act("mark_read", { conversationId, seq: 2 })) as { readAt: string };
    expect(data).toMatchObject({ readSeq: 2, unreadCount: 1 });
    const event = { type: "messages_read", conversationId, userId: bob.id, readSeq: 2, readAt: data.readAt };
    expect([aliceIn, aliceOut, bobOut].map((device) => device.received)).toEqual([[event], [event], [event]]);
    expect(bobIn.received).toEqual([]);
    expect(await bobIn.act("mark_read", { conversationId, seq: 1 })).toEqual(data);
    expect(await bobIn.act("mark_read", { conversationId, seq: 99 })).toMatchObject({
      readSeq: 3,
      unreadCount: 0,
    });
  });
});

describe("sync", () => {
  it("gives what was stored after a seq, with when it was read", async () => {
    for (const content of ["a", "b", "c"]) await sendAs(aliceIn, content);
    const { readAt } = (await bobIn.act("mark_read", { conversationId, seq: 2 })) as { readAt: string };
    const answer = (await aliceIn.act("sync", { conversationId, afterSeq: 1, limit: 1 })) as object;
    expect(answer).toMatchObject({ lastSeq: 3, hasMore: true, messages: [{ seq: 2, content: "b", readAt }] });
    expect(await aliceIn.act("sync", { conversationId, afterSeq: 2 })).toMatchObject({
      hasMore: false,
      messages: [{ seq: 3, readAt: null }],
    });
    expect(await aliceIn.act("sync", { conversationId, afterSeq: 3 })).toEqual({
      messages: [],
      changed: [],
      seq: 3,
      rev: 0,
      lastSeq: 3,
      lastRev: 0,
      hasMore: false,
    });
  });

  it("ends before 30 KB", async () => {
    for (let n = 0; n < 20; n += 1) await sendAs(aliceIn, "😀".repeat(2_000));
    const answer = (await bobIn.act("sync", { conversationId, afterSeq: 0 })) as {
      messages: Message[];
      hasMore: boolean;
    };
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(30 * 1024);
    expect(answer.messages).toHaveLength(3);
    expect(answer.hasMore).toBe(true);
  });
});

describe("every action", () => {
  const actions = [
    ["join_conversation", {}],
    ["leave_conversation", {}],
    ["send_message", { content: "x" }],
    ["typing_start", {}],
    ["typing_stop", {}],
    ["mark_read", { seq: 1 }],
    ["sync", { afterSeq: 0 }],
  ] as const;

  it.each(actions)("%s is for participants of conversations that exist", async (action, fields) => {
    const eve = await person().connect();
    const answerTo = (id: unknown) => eve.send({ action, id: "1", conversationId: id, ...fields });
    const error = { type: "error", id: "1", action };
    expect(await answerTo(conversationId)).toMatchObject({ ...error, code: "FORBIDDEN" });
    expect(await answerTo("A".repeat(22))).toMatchObject({ ...error, code: "NOT_FOUND" });
    expect(await answerTo("no such form #")).toMatchObject({ ...error, code: "NOT_FOUND" });
    expect(await answerTo("")).toMatchObject({ ...error, code: "INVALID_REQUEST" });
    expect(await answerTo(7)).toMatchObject({ ...error, code: "INVALID_REQUEST" });
    expect(deployment.management.posted).toEqual([]);
  });

  it.each([
    ["text that is no JSON", "hello", {}],
    ["no object", "[1]", {}],
    ["an action nobody knows", { action: "explode", id: "1" }, { id: "1", action: "explode" }],
    ["an action of Object's", { action: "valueOf", id: "1" }, { id: "1", action: "valueOf" }],
    ["the gateway's own route", { action: "$connect" }, { action: "$connect" }],
    ["an id that is too long", { action: "sync", id: "x".repeat(65) }, { action: "sync" }],
    ["empty text", "", {}],
  ])("refuses %s and keeps the socket open", async (_what, frame, correlation) => {
    const message = expect.any(String) as string;
    expect(await aliceIn.send(frame)).toEqual({
      type: "error",
      code: "INVALID_REQUEST",
      message,
      ...correlation,
    });
    expect(deployment.management.requests).toEqual([]);
  });

  it.each(actions)("%s is not for a token that has expired: told, then closed", async (action, fields) => {
    const device = await alice.connect({ expiresInSeconds: 60 });
    deployment.passTime(61_000);
    deployment.management.reset();
    expect(await device.send({ action, id: "1", conversationId, ...fields })).toBeNull();
    expect(device.received).toMatchObject([{ type: "error", id: "1", action, code: "UNAUTHORIZED" }]);
    expect(deployment.management.requests).toEqual([`POST ${device.id}`, `DELETE ${device.id}`]);
  });
});
