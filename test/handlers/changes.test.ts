import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { AckData } from "../../lambdas/protocol/server-frames.ts";
import { deployment, person, user } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";

const MESSAGE = "/api/conversations/{conversationId}/messages/{seq}";

/** Alice has two connections, Bob two; one of each is in the room. Alice has sent three messages, Bob one. */
let alice: Person;
let bob: Person;
let conversationId: string;
let aliceIn: Device;
let aliceOut: Device;
let bobIn: Device;
let bobOut: Device;
beforeEach(async () => {
  [alice, bob] = [person({ name: "Alice" }), person({ name: "Bob" })];
  [aliceIn, aliceOut, bobIn, bobOut] = [
    await alice.connect(),
    await alice.connect(),
    await bob.connect(),
    await bob.connect(),
  ];
  conversationId = await alice.conversationWith(bob);
  await aliceIn.act("join_conversation", { conversationId });
  await bobIn.act("join_conversation", { conversationId });
  for (const content of ["one", "two", "three"])
    await aliceIn.act("send_message", { conversationId, content });
  await bobIn.act("send_message", { conversationId, content: "four" });
  deployment.management.reset();
});

type Fields = Readonly<Record<string, unknown>>;
const change = async (device: Device, action: string, fields: Fields): Promise<Message> =>
  ((await device.act(action, { conversationId, ...fields })) as { message: Message }).message;
const refused = (device: Device, action: string, fields: Fields) =>
  device.send({ action, id: "r", conversationId, ...fields });
const over = (who: Person, method: string, seq: number | string, rest = "", request: Fields = {}) =>
  who.http({
    route: `${method} ${MESSAGE}${rest}`,
    path: { conversationId, seq: String(seq) },
    ...request,
  });
const sync = async (device: Device, fields: Fields): Promise<AckData["sync"]> =>
  (await device.act("sync", { conversationId, ...fields })) as AckData["sync"];
const types = (device: Device): string[] => device.received.map(({ type }) => type);

describe("an edit", () => {
  it("changes what the message says, takes a rev, and tells the room", async () => {
    const message = await change(aliceIn, "edit_message", { seq: 3, content: "drei" });
    expect(message).toMatchObject({ seq: 3, rev: 1, content: "drei", deletedAt: null });
    expect(message.editedAt).toMatch(/Z$/);
    expect(bobIn.received).toMatchObject([{ type: "message_changed", message: { rev: 1, content: "drei" } }]);
    // In the ack it has it; and it is not the last message.
    expect([aliceIn, aliceOut, bobOut].map(types)).toEqual([[], [], []]);
  });

  it("of the last message is told to those outside too, with the new preview", async () => {
    await change(bobIn, "edit_message", { seq: 4, content: "vier" });
    expect(bobOut.received).toMatchObject([
      { type: "conversation_updated", lastMessage: { content: "vier", rev: 1 }, lastSeq: 4, lastRev: 1 },
    ]);
    const { body } = await alice.http({ route: "GET /api/conversations" });
    expect(body).toMatchObject({ conversations: [{ lastRev: 1, lastMessage: { content: "vier", rev: 1 } }] });
  });

  it("leaves the last message read at the time it was read", async () => {
    const { readAt } = (await aliceIn.act("mark_read", { conversationId, seq: 4 })) as { readAt: string };
    deployment.management.reset();
    await change(bobIn, "edit_message", { seq: 4, content: "vier" });
    expect(aliceOut.received).toMatchObject([{ type: "conversation_updated", lastMessage: { readAt } }]);
  });

  it("without an id comes back as the event", async () => {
    const answer = await aliceIn.send({ action: "edit_message", conversationId, seq: 1, content: "eins" });
    expect(answer).toMatchObject({ type: "message_changed", message: { content: "eins" } });
  });

  it("that changes nothing takes no rev and tells nobody: so does a repeat", async () => {
    const first = await change(aliceIn, "edit_message", { seq: 1, content: "eins", ifRev: 0 });
    deployment.management.reset();
    expect(await change(aliceIn, "edit_message", { seq: 1, content: "eins", ifRev: 0 })).toEqual(first);
    expect(await change(aliceIn, "edit_message", { seq: 2 })).toMatchObject({ rev: 0, editedAt: null });
    expect(types(bobIn)).toEqual([]);
    expect(await change(aliceIn, "edit_message", { seq: 2, content: "zwei" })).toMatchObject({ rev: 2 });
  });

  it("is refused to others, of what is deleted or is not there, and where ifRev is stale", async () => {
    await change(aliceIn, "delete_message", { seq: 2 });
    await change(aliceIn, "edit_message", { seq: 1, content: "eins" });
    const edits: readonly (readonly [Fields, string])[] = [
      [{ seq: 4, content: "x" }, "FORBIDDEN"],
      [{ seq: 2, content: "x" }, "CONFLICT"],
      [{ seq: 1, content: "x", ifRev: 0 }, "CONFLICT"],
      [{ seq: 5, content: "x" }, "NOT_FOUND"],
      [{ seq: 0, content: "x" }, "NOT_FOUND"],
      [{ seq: 1, content: " " }, "INVALID_REQUEST"],
      [{ seq: "1", content: "x" }, "INVALID_REQUEST"],
      [{ seq: 1, content: "x", ifRev: -1 }, "INVALID_REQUEST"],
    ];
    for (const [fields, code] of edits) {
      expect(await refused(aliceIn, "edit_message", fields)).toMatchObject({ type: "error", id: "r", code });
    }
    expect((await sync(bobIn, { afterSeq: 0 })).lastRev).toBe(2);
  });
});

describe("a deletion", () => {
  it("empties the message everywhere, and keeps its place", async () => {
    await change(bobIn, "react", { seq: 3, emoji: "👍", on: true });
    await over(bob, "PUT", 3, "/pin");
    const gone = await change(aliceIn, "delete_message", { seq: 3 });
    expect(gone).toMatchObject({ rev: 3, content: "", reactions: [], pinnedAt: null });
    expect(gone.deletedAt).not.toBeNull();
    const { body } = await bob.http({
      route: "GET /api/conversations/{conversationId}/messages",
      path: { conversationId },
    });
    expect(body).toMatchObject({
      lastRev: 3,
      messages: [{ seq: 1 }, { seq: 2 }, { seq: 3, content: "" }, { seq: 4 }],
    });
    expect((await over(alice, "GET", 3, "/reactions")).body).toEqual({ reactions: [], nextCursor: null });
  });

  it("of the last one empties the preview", async () => {
    await change(bobIn, "delete_message", { seq: 4 });
    const { body } = await alice.http({ route: "GET /api/conversations" });
    expect(body).toMatchObject({ conversations: [{ lastMessage: { seq: 4, content: "" } }] });
  });

  it("is one's own to make, and the same answer when repeated", async () => {
    expect(await refused(bobIn, "delete_message", { seq: 1 })).toMatchObject({ code: "FORBIDDEN" });
    const first = await over(alice, "DELETE", 1);
    expect(first).toMatchObject({ status: 200, body: { message: { rev: 1, content: "" } } });
    expect(await over(alice, "DELETE", 1)).toEqual(first);
  });
});

describe("a reaction", () => {
  it("is counted with who reacted, oldest first, and taken back", async () => {
    await change(bobIn, "react", { seq: 1, emoji: "🎉", on: true });
    expect(await change(aliceIn, "react", { seq: 1, emoji: "🎉", on: true })).toMatchObject({
      rev: 2,
      reactions: [{ emoji: "🎉", count: 2, userIds: [bob.id, alice.id] }],
    });
    await change(aliceIn, "react", { seq: 1, emoji: "👍", on: true });
    expect((await over(alice, "GET", 1, "/reactions")).body).toMatchObject({
      reactions: expect.arrayContaining([
        {
          user: { id: bob.id, name: bob.id, displayName: "Bob", avatarUrl: null },
          emoji: "🎉",
          at: expect.any(String) as string,
        },
      ]) as unknown,
      nextCursor: null,
    });
    expect(await change(bobIn, "react", { seq: 1, emoji: "🎉", on: false })).toMatchObject({
      rev: 4,
      reactions: [
        { emoji: "🎉", count: 1, userIds: [alice.id] },
        { emoji: "👍", count: 1 },
      ],
    });
  });

  it("that is there, or gone, already takes no rev", async () => {
    const put = () => over(alice, "PUT", 1, "/reactions", { query: { emoji: "❤️" } });
    const first = await put();
    expect(first).toMatchObject({ status: 200, body: { message: { rev: 1 } } });
    expect(await put()).toEqual(first);
    const remove = () => over(alice, "DELETE", 1, "/reactions", { query: { emoji: "❤️" } });
    expect(await remove()).toMatchObject({ body: { message: { rev: 2, reactions: [] } } });
    expect(await remove()).toMatchObject({ body: { message: { rev: 2, reactions: [] } } });
  });

  it("is of at most twenty different emojis", async () => {
    const emojis = Array.from({ length: 21 }, (_, index) => String.fromCodePoint(0x1f600 + index));
    for (const emoji of emojis.slice(0, 20)) await change(bobIn, "react", { seq: 1, emoji, on: true });
    expect(await refused(aliceIn, "react", { seq: 1, emoji: emojis[20], on: true })).toMatchObject({
      code: "CONFLICT",
    });
    const more = await change(aliceIn, "react", { seq: 1, emoji: emojis[0], on: true });
    expect(more.reactions[0]).toMatchObject({ count: 2 });
  });

  it.each(["", "a", "1", "👍👍", "👍 ", "\u200d", "🏽", 7, null, "👩🏽‍❤️‍💋‍👨🏿"])("is no %j", async (emoji) => {
    expect(await refused(aliceIn, "react", { seq: 1, emoji, on: true })).toMatchObject({
      code: "INVALID_REQUEST",
    });
  });

  it.each(["👍", "❤", "❤️", "🇪🇺", "5️⃣", "👩‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👋🏽", "🕵🏽‍♂️"])("may be %s", async (emoji) => {
    expect((await change(aliceIn, "react", { seq: 1, emoji, on: true })).reactions).toMatchObject([
      { emoji },
    ]);
  });
});

describe("a pin", () => {
  const pins = async (): Promise<number[]> => {
    const route = "GET /api/conversations/{conversationId}/pins";
    const { body } = await bob.http({ route, path: { conversationId } });
    return (body as { messages: Message[] }).messages.map(({ seq }) => seq);
  };

  it("is anybody's of the two, listed latest first, and told in the list", async () => {
    for (const seq of [3, 1, 4]) await over(bob, "PUT", seq, "/pin");
    expect(await pins()).toEqual([4, 1, 3]);
    expect(aliceOut.received.map(({ type }) => type)).toContain("conversation_updated");
    await over(alice, "DELETE", 1, "/pin");
    await change(aliceIn, "delete_message", { seq: 3 });
    expect(await pins()).toEqual([4]);
  });

  it("is refused for what is deleted, and beyond fifty, of which a deletion takes one", async () => {
    await change(aliceIn, "delete_message", { seq: 1 });
    expect(await over(bob, "PUT", 1, "/pin")).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    for (let seq = 5; seq <= 55; seq += 1)
      await aliceIn.act("send_message", { conversationId, content: "x" });
    for (let seq = 5; seq <= 54; seq += 1) expect((await over(bob, "PUT", seq, "/pin")).status).toBe(200);
    expect(await over(bob, "PUT", 55, "/pin")).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    await change(aliceIn, "delete_message", { seq: 5 });
    expect((await over(bob, "PUT", 55, "/pin")).status).toBe(200);
  });
});

describe("sync with afterRev", () => {
  it("gives each message that changed as it stands, once, and goes on from its rev", async () => {
    await change(aliceIn, "edit_message", { seq: 1, content: "eins" });
    await change(bobIn, "react", { seq: 1, emoji: "👍", on: true });
    await change(aliceIn, "delete_message", { seq: 2 });
    await change(bobIn, "edit_message", { seq: 4, content: "vier" });
    const first = await sync(bobIn, { afterSeq: 3, afterRev: 0 });
    expect(first).toMatchObject({
      changed: [
        { seq: 1, rev: 2, content: "eins", reactions: [{ emoji: "👍" }] },
        { seq: 2, rev: 3, content: "" },
      ],
      messages: [{ seq: 4, rev: 4, content: "vier" }],
      seq: 4,
      rev: 4,
      lastRev: 4,
      hasMore: false,
    });
    expect(await sync(bobIn, { afterSeq: 4, afterRev: 4 })).toMatchObject({
      changed: [],
      rev: 4,
      hasMore: false,
    });
    expect(await sync(bobIn, { afterSeq: 4 })).toMatchObject({ changed: [], rev: 4, hasMore: false });
  });

  it("pages, and ends before 30 KB", async () => {
    for (let seq = 5; seq <= 40; seq += 1)
      await aliceIn.act("send_message", { conversationId, content: "x" });
    for (let seq = 5; seq <= 40; seq += 1)
      await change(aliceIn, "edit_message", { seq, content: `${seq} ${"😀".repeat(1_900)}` });
    const seen: number[] = [];
    let at = { seq: 40, rev: 0 };
    for (let hasMore = true; hasMore;) {
      const answer = await sync(bobIn, { afterSeq: at.seq, afterRev: at.rev });
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(30 * 1024);
      expect(answer.rev).toBeGreaterThan(at.rev);
      seen.push(...answer.changed.map(({ seq }) => seq));
      ({ hasMore } = answer);
      at = answer;
    }
    expect(seen).toEqual(Array.from({ length: 36 }, (_, index) => index + 5));
  });

  it("is refused above the last change", async () => {
    expect(await refused(aliceIn, "sync", { afterSeq: 0, afterRev: 1 })).toMatchObject({
      code: "INVALID_REQUEST",
    });
    for (const afterRev of [-1, "0", null, 1.5])
      expect(await refused(aliceIn, "sync", { afterSeq: 0, afterRev })).toMatchObject({
        code: "INVALID_REQUEST",
      });
  });
});

it("strangers change and read nothing", async () => {
  const eve = await user();
  const attempts = [
    over(eve, "PATCH", 1, "", { body: { content: "x" } }),
    over(eve, "DELETE", 1),
    over(eve, "PUT", 1, "/reactions", { query: { emoji: "👍" } }),
    over(eve, "DELETE", 1, "/reactions", { query: { emoji: "👍" } }),
    over(eve, "GET", 1, "/reactions"),
    over(eve, "PUT", 1, "/pin"),
    over(eve, "DELETE", 1, "/pin"),
    eve.http({ route: "GET /api/conversations/{conversationId}/pins", path: { conversationId } }),
  ];
  for (const attempt of attempts)
    expect(await attempt).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
  for (const seq of ["x", "-1", "1.5", "9007199254740992"])
    expect(await over(alice, "DELETE", seq)).toMatchObject({
      status: 400,
      body: { code: "INVALID_REQUEST" },
    });
});
