import { describe, expect } from "vitest";
import type { Conversation, Message, ReadPosition } from "../../lambdas/protocol/objects.ts";
import type { Device } from "../support/device.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

async function send(device: Device, conversationId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await device.ask("send_message", { conversationId, content: `message ${index}` });
  }
}

async function listed(person: Person, conversationId: string): Promise<Conversation> {
  const { body } = await person.get<{ conversations: Conversation[] }>("/api/conversations");
  return body.conversations.find(({ id }) => id === conversationId)!;
}

const readAts = async (device: Device, conversationId: string): Promise<(string | null)[]> =>
  (await device.ask("sync", { conversationId, afterSeq: 0 })).messages.map(({ readAt }) => readAt);

describe("mark_read", () => {
  test("moves forward, never back, and stops at the last message", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await send(a, conversationId, 4);
    expect(await listed(bob, conversationId)).toMatchObject({ unreadCount: 4, readSeq: 0, lastSeq: 4 });

    const two = await b.ask("mark_read", { conversationId, seq: 2 });
    expect(two).toMatchObject({ readSeq: 2, unreadCount: 2, readAt: expect.any(String) as string });
    expect(await b.ask("mark_read", { conversationId, seq: 1 })).toMatchObject({
      readSeq: 2,
      unreadCount: 2,
    });
    expect(await b.ask("mark_read", { conversationId, seq: 0 })).toMatchObject({
      readSeq: 2,
      unreadCount: 2,
    });
    expect(await listed(bob, conversationId)).toMatchObject({ unreadCount: 2, readSeq: 2 });

    const far = await b.ask("mark_read", { conversationId, seq: Number.MAX_SAFE_INTEGER });
    expect(far).toMatchObject({ readSeq: 4, unreadCount: 0 });
    await send(a, conversationId, 1);
    expect(await listed(bob, conversationId)).toMatchObject({ unreadCount: 1, readSeq: 4, lastSeq: 5 });
  });

  test("tells every connection of both, but not the one that marked", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, aliceOut, marking, bobOther] = await Promise.all([
      alice.connect(),
      alice.connect(),
      bob.connect(),
      bob.connect(),
    ]);
    await a.ask("join_conversation", { conversationId });
    await send(a, conversationId, 2);
    const { readAt } = await marking.ask("mark_read", { conversationId, seq: 2 });
    const event = { type: "messages_read", conversationId, userId: bob.id, readSeq: 2, readAt };
    for (const device of [a, aliceOut, bobOther]) expect(await device.next("messages_read")).toEqual(event);
    await send(a, conversationId, 1);
    await marking.noneBefore("messages_read", (frame) => "lastSeq" in frame && frame.lastSeq === 3);

    const overHttp = await bob.post<ReadPosition>(`/api/conversations/${conversationId}/read`, { seq: 3 });
    expect(overHttp.status).toBe(200);
    expect(overHttp.body).toMatchObject({ readSeq: 3, unreadCount: 0 });
    for (const device of [a, aliceOut, bobOther, marking]) {
      expect(await device.next("messages_read")).toEqual({
        ...event,
        readSeq: 3,
        readAt: overHttp.body.readAt,
      });
    }
  });

  test("gives each message the moment its position was reached, for ever", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await send(a, conversationId, 5);
    expect(await readAts(a, conversationId)).toEqual([null, null, null, null, null]);
    const { readAt: second } = await b.ask("mark_read", { conversationId, seq: 2 });
    const { readAt: fourth } = await b.ask("mark_read", { conversationId, seq: 4 });
    expect(second! <= fourth!).toBe(true);
    const expected = [second, second, fourth, fourth, null];
    expect(await readAts(a, conversationId)).toEqual(expected);

    await b.ask("mark_read", { conversationId, seq: 3 });
    await b.ask("mark_read", { conversationId, seq: 4 });
    expect(await readAts(a, conversationId)).toEqual(expected);
    const { readAt: fifth } = await b.ask("mark_read", { conversationId, seq: 5 });
    const final = [second, second, fourth, fourth, fifth];
    expect(await readAts(a, conversationId)).toEqual(final);
    expect(await readAts(b, conversationId)).toEqual(final);
    const history = await alice.get<{ messages: Message[] }>(`/api/conversations/${conversationId}/messages`);
    expect(history.body.messages.map(({ readAt }) => readAt)).toEqual(final);
  });

  test("of one's own messages sets no readAt on them", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const a = await alice.connect();
    await send(a, conversationId, 2);
    expect(await a.ask("mark_read", { conversationId, seq: 2 })).toMatchObject({
      readSeq: 2,
      unreadCount: 0,
    });
    expect(await readAts(a, conversationId)).toEqual([null, null]);
  });
});

describe("sending", () => {
  test("reads what came before, without an event", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await send(a, conversationId, 3);
    await a.ask("join_conversation", { conversationId });
    await b.ask("send_message", { conversationId, content: "answer" });
    expect(await listed(bob, conversationId)).toMatchObject({ unreadCount: 0, readSeq: 4 });
    const times = await readAts(a, conversationId);
    expect(times.slice(0, 3)).toEqual([times[0], times[0], times[0]]);
    expect(times[0]).not.toBeNull();
    expect(times[3]).toBeNull();
    await a.noneBefore("messages_read", "new_message");
    expect(await listed(alice, conversationId)).toMatchObject({ unreadCount: 1, readSeq: 3 });
  });
});

describe("history", () => {
  test("marks what it returned as read, and tells everybody", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    await send(a, conversationId, 5);
    const path = `/api/conversations/${conversationId}/messages`;
    const first = await bob.get<{ messages: Message[]; nextBefore: string }>(
      `${path}?limit=2&markRead=false`,
    );
    expect(first.body.messages.map(({ seq, readAt }) => [seq, readAt])).toEqual([
      [4, null],
      [5, null],
    ]);
    expect(await listed(bob, conversationId)).toMatchObject({ unreadCount: 5, readSeq: 0 });

    // An older page reads only up to its own newest message.
    await bob.get(`${path}?limit=1&before=${first.body.nextBefore}`);
    expect(await listed(bob, conversationId)).toMatchObject({ unreadCount: 2, readSeq: 3 });
    for (const device of [a, b]) {
      expect(await device.noneBefore(() => false, "messages_read")).toMatchObject({
        userId: bob.id,
        readSeq: 3,
      });
    }
    await bob.get(path);
    expect(await listed(bob, conversationId)).toMatchObject({ unreadCount: 0, readSeq: 5 });
    const { readAt } = await a.next("messages_read");
    expect((await readAts(a, conversationId)).slice(3)).toEqual([readAt, readAt]);

    // Nothing new was read: nobody is told again.
    await bob.get(path);
    await alice.get(path);
    await send(a, conversationId, 1);
    await b.next("messages_read");
    await b.noneBefore("messages_read", (frame) => "lastSeq" in frame && frame.lastSeq === 6);
  });
});
