import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Conversation, Message } from "../../lambdas/protocol/objects.ts";
import type { AckData } from "../../lambdas/protocol/server-frames.ts";
import { coldStart, deployment, person, user } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";

/** What a message may say beside its text: what it answers, whom it mentions, and an integrator's own. */

const MESSAGES = "/api/conversations/{conversationId}/messages";

let alice: Person;
let bob: Person;
let conversationId: string;
let aliceIn: Device;
let bobIn: Device;
let bobOut: Device;
beforeEach(async () => {
  [alice, bob] = [person({ name: "Alice" }), person({ name: "Bob" })];
  [aliceIn, bobIn, bobOut] = [await alice.connect(), await bob.connect(), await bob.connect()];
  conversationId = await alice.conversationWith(bob);
  await aliceIn.act("join_conversation", { conversationId });
  await bobIn.act("join_conversation", { conversationId });
  await send(aliceIn, { content: "the question" });
  deployment.management.reset();
});

type Fields = Readonly<Record<string, unknown>>;
const change = async (device: Device, action: string, fields: Fields): Promise<Message> =>
  ((await device.act(action, { conversationId, ...fields })) as { message: Message }).message;
const send = (device: Device, fields: Fields): Promise<Message> =>
  change(device, "send_message", { content: "x", ...fields });
const refused = (device: Device, action: string, fields: Fields) =>
  device.send({ action, id: "r", conversationId, ...fields });
const sync = async (device: Device, fields: Fields = {}): Promise<AckData["sync"]> =>
  (await device.act("sync", { conversationId, afterSeq: 0, ...fields })) as AckData["sync"];
const history = async (who: Person): Promise<readonly Message[]> => {
  const query = { markRead: "false" };
  const { body } = await who.http({ route: `GET ${MESSAGES}`, path: { conversationId }, query });
  return (body as { messages: Message[] }).messages;
};
const post = (who: Person, body: Fields) =>
  who.http({ route: `POST ${MESSAGES}`, path: { conversationId }, body });
const patch = (who: Person, seq: number, body: Fields) =>
  who.http({ route: `PATCH ${MESSAGES}/{seq}`, path: { conversationId, seq: String(seq) }, body });
const listed = async (who: Person) => {
  const { body } = await who.http({ route: "GET /api/conversations" });
  const [first] = (body as { conversations: (Conversation & { lastMessage: Message })[] }).conversations;
  return first!;
};

describe("a reply", () => {
  it("names what it answers, with a preview, wherever it is shown but in another preview", async () => {
    const reply = await send(bobIn, { replyToSeq: 1 });
    const named = { id: `${conversationId}-1`, seq: 1 };
    const preview = {
      ...named,
      content: "the question",
      truncated: false,
      sender: { id: alice.id, displayName: "Alice" },
      replyTo: null,
      readAt: null,
    };
    expect(reply.replyTo).toMatchObject({ ...named, preview });
    expect(aliceIn.received).toMatchObject([
      { type: "new_message", message: { replyTo: { ...named, preview } } },
    ]);
    expect(bobOut.received).toMatchObject([
      { type: "conversation_updated", lastMessage: { replyTo: { ...named, preview: null } } },
    ]);
    expect((await history(bob))[1]!.replyTo).toEqual(reply.replyTo);
    expect((await sync(bobIn, { afterSeq: 1 })).messages[0]!.replyTo).toEqual(reply.replyTo);
    expect((await listed(bob)).lastMessage.replyTo).toEqual({ ...named, preview: null });
    const second = await send(aliceIn, { replyToSeq: 2 });
    expect(second.replyTo!.preview!.replyTo).toEqual({ ...named, preview: null });
  });

  it("shows what it answers as it stands, and nothing of it once it is deleted", async () => {
    await send(bobIn, { replyToSeq: 1 });
    await change(aliceIn, "edit_message", { seq: 1, content: `edited ${"x".repeat(300)}` });
    const content = `edited ${"x".repeat(193)}`;
    expect((await history(bob))[1]!.replyTo!.preview).toMatchObject({ rev: 1, content, truncated: true });
    await change(aliceIn, "delete_message", { seq: 1 });
    const gone = { id: `${conversationId}-1`, seq: 1, preview: null };
    expect((await history(bob))[1]!.replyTo).toEqual(gone);
    expect((await sync(bobIn, { afterSeq: 1 })).messages[0]!.replyTo).toEqual(gone);
    deployment.management.reset();
    const liked = await change(aliceIn, "react", { seq: 2, emoji: "👍", on: true });
    expect(liked.replyTo).toEqual(gone);
    expect(bobIn.received).toMatchObject([{ type: "message_changed", message: { replyTo: gone } }]);
    expect((await sync(bobIn, { afterSeq: 2, afterRev: 2 })).changed[0]!.replyTo).toEqual(gone);
    const pin = { conversationId, seq: "2" };
    await alice.http({ route: `PUT ${MESSAGES}/{seq}/pin`, path: pin });
    const pins = await bob.http({
      route: "GET /api/conversations/{conversationId}/pins",
      path: { conversationId },
    });
    expect(pins.body).toMatchObject({ messages: [{ replyTo: gone }] });
  });

  it("loses what it answers when it is deleted itself", async () => {
    await send(bobIn, { replyToSeq: 1, mentions: [alice.id], metadata: { a: 1 } });
    const empty = { content: "", replyTo: null, mentions: [], metadata: null };
    expect(await change(bobIn, "delete_message", { seq: 2 })).toMatchObject(empty);
    expect((await history(alice))[1]).toMatchObject(empty);
  });

  it("answers nothing that is not there, or was deleted", async () => {
    await change(aliceIn, "delete_message", { seq: 1 });
    const bad: readonly (readonly [unknown, string])[] = [
      [0, "INVALID_REQUEST"],
      [-1, "INVALID_REQUEST"],
      ["1", "INVALID_REQUEST"],
      [null, "INVALID_REQUEST"],
      [2, "NOT_FOUND"],
      [2 ** 53 - 1, "NOT_FOUND"],
      [1, "CONFLICT"],
    ];
    for (const [replyToSeq, code] of bad) {
      expect(await refused(bobIn, "send_message", { content: "x", replyToSeq })).toMatchObject({ code });
      expect(await post(bob, { content: "x", replyToSeq })).toMatchObject({ body: { code } });
    }
    expect((await sync(bobIn)).lastSeq).toBe(1);
    expect(deployment.management.posted.filter(({ frame }) => frame.type === "new_message")).toEqual([]);
  });
});

describe("mentions and metadata", () => {
  const METADATA = { z: 1, a: [1e300, 5e-324, { "": null }], card: { id: "7", "a.b#c": true } };

  it("are stored and shown unchanged", async () => {
    const sent = await send(aliceIn, { mentions: [bob.id, alice.id], metadata: METADATA });
    expect(sent).toMatchObject({ mentions: [bob.id, alice.id] });
    expect(JSON.stringify(sent.metadata)).toBe(JSON.stringify(METADATA));
    await coldStart();
    const shown = [
      (await history(bob))[1]!,
      (await sync(bobIn)).messages[1]!,
      (await listed(bob)).lastMessage,
    ];
    for (const { mentions, metadata } of shown) {
      expect(mentions).toEqual([bob.id, alice.id]);
      expect(JSON.stringify(metadata)).toBe(JSON.stringify(METADATA));
    }
    expect(bobIn.received).toMatchObject([{ message: { mentions: [bob.id, alice.id], metadata: METADATA } }]);
  });

  it("may be left out, be empty, and null", async () => {
    const none = { mentions: [], metadata: null, replyTo: null };
    expect(await send(aliceIn, {})).toMatchObject(none);
    expect(await send(aliceIn, { mentions: [], metadata: null })).toMatchObject(none);
    expect(await send(aliceIn, { metadata: {} })).toMatchObject({ metadata: {} });
  });

  it("mention nobody but participants, nobody twice, and at most 50", async () => {
    const stranger = await user();
    const bad = [
      [stranger.id],
      [bob.id, "nobody"],
      [bob.id, bob.id],
      Array.from({ length: 51 }, () => randomUUID()),
      [""],
      bob.id,
    ];
    for (const mentions of bad) {
      const code = "INVALID_REQUEST";
      expect(await refused(aliceIn, "send_message", { content: "x", mentions })).toMatchObject({ code });
      expect(await refused(aliceIn, "edit_message", { seq: 1, mentions })).toMatchObject({ code });
      expect(await post(alice, { content: "x", mentions })).toMatchObject({ status: 400, body: { code } });
      expect(await patch(alice, 1, { mentions })).toMatchObject({ status: 400, body: { code } });
    }
    expect(await sync(bobIn)).toMatchObject({ lastSeq: 1, lastRev: 0 });
  });

  it("take no metadata that is none", async () => {
    const bad = [{ a: "x".repeat(1_017) }, { a: { a: { a: { a: { a: {} } } } } }, [], "x", 1];
    for (const metadata of bad) {
      const code = "INVALID_REQUEST";
      expect(await refused(aliceIn, "send_message", { content: "x", metadata })).toMatchObject({ code });
      expect(await refused(aliceIn, "edit_message", { seq: 1, metadata })).toMatchObject({ code });
      expect(await post(alice, { content: "x", metadata })).toMatchObject({ status: 400, body: { code } });
      expect(await patch(alice, 1, { metadata })).toMatchObject({ status: 400, body: { code } });
    }
    for (const metadata of ['{"__proto__":{"x":1}}', '{"a":1e999}']) {
      const frame = `{"action":"send_message","id":"r","conversationId":"${conversationId}","content":"x","metadata":${metadata}}`;
      expect(await aliceIn.send(frame)).toMatchObject({ code: "INVALID_REQUEST" });
    }
    expect(await sync(bobIn)).toMatchObject({ lastSeq: 1, lastRev: 0 });
  });

  it("are told of strangers only to those who take part", async () => {
    const stranger = await user();
    const device = await stranger.connect();
    const fields = { content: "x", mentions: [alice.id], replyToSeq: 7 };
    expect(await refused(device, "send_message", fields)).toMatchObject({ code: "FORBIDDEN" });
    expect(
      await device.send({ action: "send_message", id: "r", conversationId: "nowhere", ...fields }),
    ).toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("an edit", () => {
  beforeEach(() => send(aliceIn, { content: "x", mentions: [bob.id], metadata: { a: 1, b: 2 } }));
  const edit = (fields: Fields) => change(aliceIn, "edit_message", { seq: 2, ...fields });

  it("leaves as it is what it leaves out, and takes away what it empties", async () => {
    expect(await edit({ content: "y" })).toMatchObject({
      rev: 1,
      content: "y",
      mentions: [bob.id],
      metadata: { a: 1, b: 2 },
    });
    expect(await edit({ mentions: [] })).toMatchObject({ rev: 2, content: "y", mentions: [] });
    expect(await edit({ metadata: null })).toMatchObject({ rev: 3, mentions: [], metadata: null });
    expect(await edit({ mentions: [alice.id], metadata: { c: 3 } })).toMatchObject({
      rev: 4,
      mentions: [alice.id],
      metadata: { c: 3 },
    });
    expect(await patch(alice, 2, { mentions: [bob.id] })).toMatchObject({
      body: { message: { rev: 5, mentions: [bob.id] } },
    });
  });

  it("that changes nothing takes no rev, whatever the order of the fields", async () => {
    const same = [{}, { mentions: [bob.id] }, { metadata: { b: 2, a: 1 } }, { content: "x", ifRev: 7 }];
    for (const fields of same) expect(await edit(fields)).toMatchObject({ rev: 0, editedAt: null });
    expect(await sync(bobIn)).toMatchObject({ lastRev: 0 });
  });
});

describe("a repeat", () => {
  it.each([{}, { afterSeq: 1 }])("is answered whatever it says, with %j", async (known) => {
    const first = { content: "x", clientMessageId: "m", replyToSeq: 1, mentions: [alice.id], ...known };
    const sent = await send(bobIn, first);
    await change(aliceIn, "delete_message", { seq: 1 });
    const again = { ...first, content: "y", mentions: ["nobody"], replyToSeq: 9, metadata: { a: 1 } };
    for (const fields of [first, again]) {
      expect(await bobIn.act("send_message", { conversationId, ...fields })).toEqual({
        duplicate: true,
        message: { ...sent, replyTo: { ...sent.replyTo, preview: null } },
      });
    }
    const other = { ...first, clientMessageId: "other" };
    expect(await refused(bobIn, "send_message", other)).toMatchObject({ code: "CONFLICT" });
  });
});

describe("mentionCount", () => {
  const counts = async (who: Person) => {
    const { unreadCount, mentionCount } = await listed(who);
    return { unreadCount, mentionCount };
  };
  const mention = (fields: Fields = {}) => send(aliceIn, { mentions: [bob.id, alice.id], ...fields });

  it("counts what is unread, of others, and mentions one", async () => {
    await mention();
    await send(aliceIn, {});
    await mention();
    expect(await counts(bob)).toEqual({ unreadCount: 4, mentionCount: 2 });
    // What Alice says of herself tells her nothing new.
    expect(await counts(alice)).toEqual({ unreadCount: 0, mentionCount: 0 });
    expect(
      bobOut.received.map((frame) => frame.type === "conversation_updated" && frame.mentionCount),
    ).toEqual([1, 1, 2]);
    await bobIn.act("mark_read", { conversationId, seq: 2 });
    expect(await counts(bob)).toEqual({ unreadCount: 2, mentionCount: 1 });
    await send(bobIn, {});
    expect(await counts(bob)).toEqual({ unreadCount: 0, mentionCount: 0 });
  });

  it("follows edits and deletions, and tells those outside the room", async () => {
    await mention();
    await send(aliceIn, {});
    await send(aliceIn, {});
    const after = async (action: string, fields: Fields): Promise<unknown> => {
      deployment.management.reset();
      await change(aliceIn, action, fields);
      const told = bobOut.received.map(
        (frame) => frame.type === "conversation_updated" && frame.mentionCount,
      );
      return [told, (await counts(bob)).mentionCount];
    };
    expect(await after("edit_message", { seq: 2, mentions: [] })).toEqual([[0], 0]);
    expect(await after("edit_message", { seq: 2, mentions: [bob.id] })).toEqual([[1], 1]);
    expect(await after("edit_message", { seq: 3, mentions: [bob.id] })).toEqual([[2], 2]);
    expect(await after("edit_message", { seq: 3, content: "y" })).toEqual([[], 2]);
    expect(await after("delete_message", { seq: 2 })).toEqual([[1], 1]);
    expect(await after("delete_message", { seq: 4 })).toEqual([[1], 1]);
    expect(await after("delete_message", { seq: 3 })).toEqual([[0], 0]);
    expect((await listed(bob)).unreadCount).toBe(4);
  });

  it("is exact whatever the order of messages that mention and edits that do", async () => {
    await send(aliceIn, {});
    await mention();
    await change(aliceIn, "edit_message", { seq: 2, mentions: [bob.id] });
    await bobIn.act("mark_read", { conversationId, seq: 2 });
    expect(await counts(bob)).toEqual({ unreadCount: 1, mentionCount: 1 });
  });
});
