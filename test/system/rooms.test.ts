import { describe, expect } from "vitest";
import type { Person } from "../support/person.ts";
import { conversationOf, type Cast } from "../support/cast.ts";
import { test } from "./chat-test.ts";

async function conversations(cast: Cast, person: Person, count: number): Promise<string[]> {
  const others = await cast.users(...Array.from({ length: count }, (_, index) => `friend${index}`));
  return Promise.all(others.map((other) => conversationOf(person, other)));
}

describe("join_conversation", () => {
  test("tells where the conversation stands and who is in it", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await a.ask("send_message", { conversationId, content: "one" });
    await a.ask("send_message", { conversationId, content: "two" });
    await b.ask("mark_read", { conversationId, seq: 1 });
    const joined = await b.ask("join_conversation", { conversationId });
    expect(joined).toMatchObject({ conversationId, lastSeq: 2, readSeq: 1 });
    expect(joined.participants).toHaveLength(2);
    for (const { id } of [alice, bob]) {
      expect(joined.participants).toContainEqual({
        id,
        name: id,
        displayName: id,
        avatarUrl: null,
        online: true,
        lastSeenAt: null,
        version: expect.any(Number) as number,
      });
    }
  });

  test("is of this connection alone, and leave_conversation undoes it", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, joined, other] = await Promise.all([alice.connect(), bob.connect(), bob.connect()]);
    await joined.ask("join_conversation", { conversationId });
    await a.ask("send_message", { conversationId, content: "one" });
    await joined.next("new_message");
    await other.noneBefore("new_message", "conversation_updated");

    expect(await joined.ask("leave_conversation", { conversationId })).toEqual({ conversationId });
    await a.ask("send_message", { conversationId, content: "two" });
    await joined.noneBefore("new_message", "conversation_updated");
  });

  test("holds at most 10 rooms; the same one twice counts once; leaving makes place", async ({ cast }) => {
    const alice = await cast.user("alice");
    const ids = await conversations(cast, alice, 11);
    const last = ids[10]!;
    const device = await alice.connect();
    for (const conversationId of ids.slice(0, 10)) await device.ask("join_conversation", { conversationId });
    await device.ask("join_conversation", { conversationId: ids[0] });
    const refused = await device.refusal({ action: "join_conversation", conversationId: last });
    expect(refused).toMatchObject({ code: "CONFLICT", action: "join_conversation" });
    await device.ask("leave_conversation", { conversationId: ids[3] });
    await device.ask("join_conversation", { conversationId: last });
    const another = await alice.connect();
    await another.ask("join_conversation", { conversationId: ids[3] });
  });

  test("10 at once and two too many: never more than 10", async ({ cast }) => {
    const alice = await cast.user("alice");
    const ids = await conversations(cast, alice, 12);
    const device = await alice.connect();
    const answers = await Promise.all(
      ids.map((conversationId) => device.request({ action: "join_conversation", conversationId })),
    );
    const codes = answers.map((answer) => (answer.type === "error" ? answer.code : answer.type));
    expect(codes.toSorted()).toEqual(["CONFLICT", "CONFLICT", ...Array<string>(10).fill("ack")]);
  });

  test("leaving a room one is not in is no error", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    expect(await device.ask("leave_conversation", { conversationId })).toEqual({ conversationId });
  });
});

describe("typing", () => {
  test("comes to the other's joined connections only, and is nowhere stored", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [typing, aliceIn, bobIn, bobOut] = await Promise.all([
      alice.connect(),
      alice.connect(),
      bob.connect(),
      bob.connect(),
    ]);
    for (const device of [typing, aliceIn, bobIn]) await device.ask("join_conversation", { conversationId });
    typing.send({ action: "typing_start", conversationId });
    expect(await bobIn.next("user_typing")).toEqual({
      type: "user_typing",
      conversationId,
      userId: alice.id,
    });
    typing.send({ action: "typing_stop", conversationId });
    expect(await bobIn.next("user_stopped_typing")).toEqual({
      type: "user_stopped_typing",
      conversationId,
      userId: alice.id,
    });

    const isTyping = (frame: { type: string }) => frame.type.includes("typing");
    const { message } = await typing.ask("send_message", { conversationId, content: "typed" });
    expect(message.seq).toBe(1);
    await aliceIn.noneBefore(isTyping, "new_message");
    // A function that has seen the start and not the stop tells of an end once more: that does no harm.
    await bobIn.noneBefore("user_typing", "new_message");
    await bobOut.noneBefore(isTyping, "conversation_updated");
    // Neither acked nor pushed back.
    await typing.none((frame) => isTyping(frame) || frame.type === "ack");

    const late = await bob.connect();
    await late.ask("join_conversation", { conversationId });
    await late.none(isTyping);
  });

  test("ends where the one who types sends, leaves, or is cut off", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const b = await bob.connect();
    await b.ask("join_conversation", { conversationId });
    const stopped = { type: "user_stopped_typing", conversationId, userId: alice.id };
    const a = await alice.connect();
    await a.ask("join_conversation", { conversationId });
    await a.ask("typing_start", { conversationId });
    await b.next("user_typing");
    await a.ask("send_message", { conversationId, content: "typed" });
    // By the message, where another function than the one that saw the signal stores it.
    await b.next("new_message");
    await a.ask("typing_start", { conversationId });
    await b.next("user_typing");
    await a.ask("leave_conversation", { conversationId });
    expect(await b.next("user_stopped_typing")).toEqual(stopped);
    await a.ask("join_conversation", { conversationId });
    await a.ask("typing_start", { conversationId });
    await b.next("user_typing");
    await a.vanish();
    expect(await b.next("user_stopped_typing")).toEqual(stopped);
  });

  test("is acked where the frame has an id", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    for (const action of ["typing_start", "typing_stop"] as const) {
      expect(await device.request({ action, conversationId })).toMatchObject({ type: "ack", action });
    }
  });

  test("stays within its conversation", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const carol = await cast.user("carol");
    const elsewhere = await conversationOf(bob, carol);
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await b.ask("join_conversation", { conversationId: elsewhere });
    await a.ask("typing_start", { conversationId });
    await a.ask("send_message", { conversationId, content: "typed" });
    await b.noneBefore("user_typing", "conversation_updated");
  });
});
