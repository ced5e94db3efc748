import { beforeEach, describe, expect, it } from "vitest";
import { createChangeStore } from "../../lambdas/store/changes.ts";
import { createHeadStore } from "../../lambdas/store/heads.ts";
import { createMemberStore } from "../../lambdas/store/members.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import type { AckData } from "../../lambdas/protocol/server-frames.ts";
import { sqsEvent } from "../support/events.ts";
import { groupsOf } from "../support/groups.ts";
import { aMessage } from "../support/made-records.ts";
import { seedGroup, seedMember, tellGroup } from "../support/seed-group.ts";
import { coldStart, deployment, handlers, person } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";

/** What happens inside a group: Ann owns it, Bob and Cid are members, Eve is not. */

interface Said {
  readonly message: {
    readonly seq: number;
    readonly content: string;
    readonly createdAt: string;
    readonly reactions: unknown;
    readonly deletedAt: string | null;
  };
}
type Data = Record<string, unknown> & { readonly messages: readonly { readonly seq: number }[] };

let ann: Person;
let bob: Person;
let cid: Person;
let eve: Person;
let fromAnn: Device;
let fromBob: Device;
let fromCid: Device;
let fromEve: Device;
let conversationId: string;
beforeEach(async () => {
  [ann, bob, cid, eve] = [person(), person(), person(), person()];
  [fromAnn, fromBob, fromCid, fromEve] = [
    await ann.connect(),
    await bob.connect(),
    await cid.connect(),
    await eve.connect(),
  ];
  conversationId = await seedGroup(deployment.table, [ann.id, bob.id, cid.id]);
  deployment.management.reset();
});

const say = (device: Device, content = "hello", more: object = {}) =>
  device.act("send_message", { conversationId, content, ...more }) as Promise<Said>;
const markRead = (device: Device, seq: number) =>
  device.act("mark_read", { conversationId, seq }) as Promise<AckData["mark_read"]>;
const refusal = (device: Device, action: string, fields: object = {}) =>
  device.send({ action, id: "r", conversationId, ...fields });
const history = (who: Person, query: Record<string, string> = {}) =>
  who.http({
    route: "GET /api/conversations/{conversationId}/messages",
    path: { conversationId },
    query,
  });
const sync = (device: Device, fields: object = {}) =>
  device.act("sync", { conversationId, afterSeq: 0, ...fields }) as Promise<Data>;
const list = async (who: Person) =>
  ((await who.http({ route: "GET /api/conversations" })).body as { conversations: readonly unknown[] })
    .conversations;
const ofType = (device: Device, type: string) => device.received.filter((frame) => frame.type === type);
const members = () => createMemberStore(deployment.table);

/** Cid is removed by the message in the next slot, all that follows from it included. */
async function removeCid(asOfSeq: number): Promise<void> {
  await seedMember(deployment.table, conversationId, cid.id, null, { joinedSeq: 0, asOfSeq });
  await tellGroup(deployment.table, conversationId, ann.id, { event: "member_removed", userIds: [cid.id] });
}

describe("a message to a group", () => {
  it("reaches everybody once: in the room as it is, outside by what they have not read themselves", async () => {
    await fromBob.act("join_conversation", { conversationId });
    const { message } = await say(fromAnn);
    expect(message).toMatchObject({
      seq: 2,
      type: "text",
      system: null,
      sender: { id: ann.id },
      readAt: null,
    });
    expect(fromBob.received).toMatchObject([{ type: "new_message", message: { seq: 2, content: "hello" } }]);
    expect(fromCid.received).toMatchObject([
      { type: "conversation_updated", unreadCount: 1, lastSeq: 2, lastMessage: { content: "hello" } },
    ]);
    expect([...fromAnn.received, ...fromEve.received]).toEqual([]);
    await say(fromBob, "answer");
    expect(fromCid.received.at(-1)).toMatchObject({ unreadCount: 2 });
    expect(fromAnn.received.at(-1)).toMatchObject({ unreadCount: 1 });
  });

  it("moves its sender's position before the ack, past system messages that are not unread ones", async () => {
    await say(fromAnn);
    await tellGroup(deployment.table, conversationId, ann.id, { event: "details_changed", title: "Rowing" });
    await say(fromBob);
    expect(await members().get(conversationId, bob.id)).toMatchObject({ readSeq: 4, readSystems: 2 });
    expect(await list(bob)).toMatchObject([
      { id: conversationId, title: "Rowing", unreadCount: 0, readSeq: 4 },
    ]);
    expect(await list(ann)).toMatchObject([{ unreadCount: 1, readSeq: 2, myRole: "owner" }]);
    expect(await list(cid)).toMatchObject([{ unreadCount: 2, readSeq: 1, myRole: "member" }]);
  });

  it("is one message, also where it is sent again by a function that remembers nothing", async () => {
    const again = { clientMessageId: "m", afterSeq: 1 };
    const first = await say(fromBob, "hello", again);
    await coldStart();
    expect(await say(fromBob, "hello", again)).toEqual({ ...first, duplicate: true });
  });

  it("is refused from strangers, and from who was removed, whatever a function remembers", async () => {
    await say(fromCid);
    await removeCid(3);
    const sent = { content: "x" };
    for (const device of [fromEve, fromCid])
      expect(await refusal(device, "send_message", sent)).toMatchObject({ code: "FORBIDDEN" });
    deployment.management.reset();
    await say(fromAnn);
    expect(fromBob.received).toHaveLength(1);
    expect(fromCid.received).toEqual([]);
  });

  it("shows a system message in the list and in the history as what it is", async () => {
    expect(await list(bob)).toMatchObject([
      {
        kind: "group",
        title: "Sailing",
        otherParticipant: null,
        memberCount: 3,
        firstSeq: 1,
        unreadCount: 0,
        lastMessage: { type: "system", content: "", system: { event: "created", userIds: [bob.id, cid.id] } },
      },
    ]);
    expect((await history(bob)).body).toMatchObject({ messages: [{ seq: 1, type: "system" }] });
  });
});

describe("whoever was removed", () => {
  it("is refused everything, and the group is in their list no more", async () => {
    await say(fromAnn);
    await removeCid(3);
    for (const [action, fields] of [
      ["join_conversation", {}],
      ["sync", { afterSeq: 0 }],
      ["mark_read", { seq: 2 }],
      ["typing_start", {}],
      ["edit_message", { seq: 2, content: "y" }],
      ["delete_message", { seq: 2 }],
      ["react", { seq: 2, emoji: "👍", on: true }],
    ] as const)
      expect(await refusal(fromCid, action, fields), action).toMatchObject({ code: "FORBIDDEN" });
    expect(await history(cid)).toMatchObject({ status: 403 });
    expect(await list(cid)).toEqual([]);
  });

  it("hears of no change that was made after it, also where the head does not say so yet", async () => {
    for (const device of [fromBob, fromCid]) await device.act("join_conversation", { conversationId });
    await say(fromAnn);
    deployment.management.reset();
    // All follows from the removal but the head's move: whoever removed them has died.
    await seedMember(deployment.table, conversationId, cid.id, null, { joinedSeq: 0, asOfSeq: 3 });
    await createMessageStore(deployment.table).put(
      aMessage({
        conversationId,
        seq: 3,
        senderId: ann.id,
        content: "",
        system: { event: "member_removed", userIds: [cid.id] },
      }),
    );
    await fromAnn.act("edit_message", { conversationId, seq: 2, content: "secret" });
    expect(fromCid.received).toEqual([]);
    expect(fromBob.received).toMatchObject([{ type: "message_changed" }]);
  });
});

describe("who joined a group from which on they see", () => {
  beforeEach(async () => {
    conversationId = await seedGroup(deployment.table, [ann.id, bob.id, cid.id], { history: "from_join" });
    for (const content of ["one", "two"]) await say(fromAnn, content);
    await seedMember(deployment.table, conversationId, eve.id, "member", {
      joinedSeq: 4,
      asOfSeq: 4,
      readSystems: 2,
    });
    await tellGroup(deployment.table, conversationId, ann.id, { event: "members_added", userIds: [eve.id] });
    await say(fromAnn, "three");
    deployment.management.reset();
  });

  it("finds nothing of before, wherever they look", async () => {
    expect(await list(eve)).toMatchObject([{ firstSeq: 5, unreadCount: 1, lastMessage: { seq: 5 } }]);
    expect((await history(eve)).body).toMatchObject({
      messages: [{ seq: 5 }],
      hasMore: false,
      nextBefore: null,
    });
    expect((await history(eve, { before: `${conversationId}-3` })).body).toMatchObject({
      messages: [],
      hasMore: false,
    });
    expect(await sync(fromEve)).toMatchObject({ messages: [{ seq: 5 }], seq: 5, hasMore: false });
    for (const [action, fields] of [
      ["react", { seq: 2, emoji: "👍", on: true }],
      ["edit_message", { seq: 2, content: "y" }],
    ] as const)
      expect(await refusal(fromEve, action, fields)).toMatchObject({ code: "NOT_FOUND" });
    await fromBob.act("react", { conversationId, seq: 2, emoji: "👍", on: true });
    expect(await sync(fromEve, { afterSeq: 5, afterRev: 0 })).toMatchObject({ changed: [], rev: 1 });
    expect(await sync(fromBob, { afterSeq: 5, afterRev: 0 })).toMatchObject({ changed: [{ seq: 2 }] });
  });

  it("sees no quote of before with a change of theirs, nor with its repeat", async () => {
    await fromAnn.act("send_message", { conversationId, content: "as I said", replyToSeq: 2 });
    const quoted = { replyTo: { seq: 2, preview: { content: "one" } } };
    for (let times = 0; times < 2; times += 1) {
      const react = { conversationId, seq: 6, emoji: "👍", on: true };
      expect(await fromEve.act("react", react)).toMatchObject({
        message: { content: "as I said", replyTo: { seq: 2, preview: null } },
      });
      expect(await fromBob.act("react", react)).toMatchObject({ message: quoted });
    }
  });

  it("hears of no change of what is before", async () => {
    for (const device of [fromEve, fromCid]) await device.act("join_conversation", { conversationId });
    await fromAnn.act("edit_message", { conversationId, seq: 2, content: "older" });
    expect(ofType(fromCid, "message_changed")).toHaveLength(1);
    expect(fromEve.received).toEqual([]);
  });
});

describe("reading in a group", () => {
  it("moves one's own position and tells everybody, with when; what moves nothing says when it came there", async () => {
    await say(fromAnn);
    await say(fromAnn);
    deployment.management.reset();
    const before = Date.now();
    const read = await markRead(fromBob, 2);
    expect(read).toEqual({ readSeq: 2, readAt: expect.any(String) as string, unreadCount: 1 });
    const at = Date.parse(read.readAt!);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
    const { readAt } = read;
    for (const device of [fromAnn, fromCid])
      expect(device.received).toMatchObject([{ type: "messages_read", userId: bob.id, readSeq: 2, readAt }]);
    for (const seq of [2, 1]) expect(await markRead(fromBob, seq)).toMatchObject({ readSeq: 2, readAt });
    expect(ofType(fromAnn, "messages_read")).toHaveLength(1);
    const later = await markRead(fromBob, 99);
    expect(later).toMatchObject({ readSeq: 3, unreadCount: 0 });
    expect(Date.parse(later.readAt!)).toBeGreaterThan(at);
    expect(await markRead(fromBob, 3)).toEqual(later);
    // Who has read a message of a group follows from the members' positions.
    expect((await sync(fromAnn, { afterSeq: 1 })).messages).toMatchObject([
      { readAt: null },
      { readAt: null },
    ]);
  });

  it("by writing is at the time of the message, by joining at that of the joining, and of nothing at none", async () => {
    expect(await markRead(fromCid, 0)).toMatchObject({ readSeq: 1, readAt: null });
    const { message } = await say(fromBob);
    expect(await markRead(fromBob, 1)).toMatchObject({ readSeq: 2, readAt: message.createdAt });
    const { body } = await groupsOf(ann).add(conversationId, [eve.id]);
    expect(body).toMatchObject({ added: [eve.id] });
    const joined = (await members().get(conversationId, eve.id))!.joinedAt;
    expect(await markRead(fromEve, 1)).toMatchObject({ readSeq: 3, readAt: new Date(joined).toISOString() });
  });

  it("counts unread messages through more system messages than the head keeps", async () => {
    await say(fromAnn);
    for (let n = 0; n < 24; n += 1)
      await tellGroup(deployment.table, conversationId, ann.id, { event: "details_changed", title: `${n}` });
    await say(fromAnn);
    expect(await fromBob.act("mark_read", { conversationId, seq: 4 })).toMatchObject({ unreadCount: 1 });
    expect(await fromCid.act("mark_read", { conversationId, seq: 26 })).toMatchObject({ unreadCount: 1 });
    expect(await members().get(conversationId, cid.id)).toMatchObject({ readSystems: 25 });
  });

  it("is marked by the history as well", async () => {
    await say(fromAnn);
    expect(await history(bob)).toMatchObject({ body: { messages: [{ seq: 1 }, { seq: 2 }] } });
    expect(await list(bob)).toMatchObject([{ unreadCount: 0, readSeq: 2 }]);
  });
});

describe("changing in a group", () => {
  beforeEach(async () => {
    await say(fromBob, "Bob's");
  });

  it("owners and admins delete what others wrote, and they alone pin", async () => {
    expect(await refusal(fromCid, "delete_message", { seq: 2 })).toMatchObject({ code: "FORBIDDEN" });
    const pin = (who: Person) =>
      who.http({
        route: "PUT /api/conversations/{conversationId}/messages/{seq}/pin",
        path: { conversationId, seq: "2" },
      });
    expect(await pin(cid)).toMatchObject({ status: 403 });
    expect(await pin(ann)).toMatchObject({ status: 200 });
    expect(await fromAnn.act("delete_message", { conversationId, seq: 2 })).toMatchObject({
      message: { content: "", deletedAt: expect.any(String) as string },
    });
  });

  it("nobody edits or deletes what happened to the group", async () => {
    for (const action of ["edit_message", "delete_message"])
      expect(await refusal(fromAnn, action, { seq: 1, content: "x" })).toMatchObject({ code: "FORBIDDEN" });
  });

  it("one's own reaction is known beyond the twenty that a message names", async () => {
    const crowd = Array.from({ length: 22 }, () => person());
    let message: unknown;
    for (const one of crowd) {
      await seedMember(deployment.table, conversationId, one.id, "member", { joinedSeq: 0, asOfSeq: 1 });
      const device = await one.connect();
      ({ message } = (await device.act("react", { conversationId, seq: 2, emoji: "👍", on: true })) as Said);
    }
    const first20 = crowd.slice(0, 20).map(({ id }) => id);
    expect(message).toMatchObject({ rev: 22, reactions: [{ count: 22, userIds: first20 }] });
    const last = await crowd[21]!.connect();
    const react = (on: boolean) => last.act("react", { conversationId, seq: 2, emoji: "👍", on });
    expect(await react(true)).toMatchObject({ message: { rev: 22 } });
    expect(await react(false)).toMatchObject({ message: { rev: 23, reactions: [{ count: 21 }] } });
    const changes = await createChangeStore(deployment.table).listAfter(conversationId, 0, 100);
    expect(changes).toHaveLength(23);
  });
});

describe("presence and typing in a group", () => {
  it("joining tells who belongs to it, its owner first", async () => {
    expect(await fromBob.act("join_conversation", { conversationId })).toMatchObject({
      memberCount: 3,
      lastSeq: 1,
      participants: [{ id: ann.id, online: true }, { online: true }, { online: true }],
    });
  });

  it("members know of each other's presence, strangers do not", async () => {
    const ask = (who: Person, about: Person) =>
      who.http({ route: "GET /api/presence", query: { userIds: about.id } });
    expect(await ask(bob, cid)).toMatchObject({ body: { presence: [{ userId: cid.id, online: true }] } });
    expect(await ask(eve, cid)).toMatchObject({ body: { presence: [] } });
    const announcement = { userId: bob.id, online: true, at: 1, lastSeenAt: null, version: 1 };
    await handlers.worker(sqsEvent([{ type: "announce", announcement, cursor: null }]));
    const tasks = deployment.queue.take().map(({ task }) => task);
    expect(tasks).toMatchObject([{ type: "announce_groups", groups: [conversationId] }]);
    await handlers.worker(sqsEvent(tasks));
    for (const device of [fromAnn, fromCid])
      expect(ofType(device, "user_online")).toMatchObject([{ userId: bob.id }]);
    expect([...ofType(fromBob, "user_online"), ...ofType(fromEve, "user_online")]).toEqual([]);
  });

  it("typing is told to those in the room", async () => {
    for (const device of [fromAnn, fromBob]) await device.act("join_conversation", { conversationId });
    deployment.management.reset();
    await fromBob.act("typing_start", { conversationId });
    expect(fromAnn.received).toMatchObject([{ type: "user_typing", userId: bob.id }]);
    expect([...fromBob.received, ...fromCid.received]).toEqual([]);
  });
});

it("an answer shows what is in the log only once everything before it has taken effect", async () => {
  const put = (seq: number) =>
    createMessageStore(deployment.table).put(aMessage({ conversationId, seq, senderId: ann.id }));
  await put(2);
  expect((await history(bob)).body).toMatchObject({ messages: [{ seq: 1 }] });
  expect(await sync(fromBob)).toMatchObject({ messages: [{ seq: 1 }, { seq: 2 }], lastSeq: 2 });
  const head = await createHeadStore(deployment.table).get(conversationId, "strong");
  expect(head?.lastSeq).toBe(2);
});
