import { beforeEach, describe, expect, it } from "vitest";
import { createBlockStore } from "../../lambdas/store/blocks.ts";
import type { Conversation } from "../../lambdas/protocol/objects.ts";
import { sqsEvent } from "../support/events.ts";
import { composeMetered } from "../support/handlers.ts";
import { coldStart, deployment, handlers, user } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";

let alice: Person;
let bob: Person;
let fromAlice: Device;
let fromBob: Device;
let conversationId: string;
beforeEach(async () => {
  [alice, bob] = await Promise.all([user({ name: "Alice" }), user({ name: "Bob" })]);
  conversationId = await alice.conversationWith(bob);
  [fromAlice, fromBob] = await Promise.all([alice.connect(), bob.connect()]);
  await fromAlice.act("send_message", { conversationId, content: "hello" });
  await fromBob.act("send_message", { conversationId, content: "hello, Alice" });
  deployment.management.reset();
});

const block = (who: Person, other: string | null) =>
  who.http({ route: "PUT /api/blocks", query: other === null ? {} : { userId: other } });
const unblock = (who: Person, other: string | null) =>
  who.http({ route: "DELETE /api/blocks", query: other === null ? {} : { userId: other } });
const blocked = async (who: Person) => (await who.http({ route: "GET /api/blocks" })).body;
const DONE = { status: 204, body: null };
const HIDDEN = { online: null, lastSeenAt: null, version: null };

describe("PUT, DELETE and GET blocks", () => {
  it("keeps them, the latest first; again: nothing changes", async () => {
    const carol = await user({ name: "Carol" });
    for (const id of [bob.id, carol.id, bob.id]) expect(await block(alice, id)).toMatchObject(DONE);
    expect(await blocked(alice)).toMatchObject({
      users: [
        { id: carol.id, displayName: "Carol" },
        { id: bob.id, displayName: "Bob" },
      ],
    });
    expect(await blocked(bob)).toEqual({ users: [] });
    for (const id of [bob.id, bob.id]) expect(await unblock(alice, id)).toMatchObject(DONE);
    expect(await blocked(alice)).toMatchObject({ users: [{ id: carol.id }] });
  });

  it("refuses oneself, nobody and a missing id", async () => {
    for (const ask of [block, unblock]) {
      const invalid = { status: 400, body: { code: "INVALID_REQUEST" } };
      expect(await ask(alice, alice.id)).toMatchObject(invalid);
      expect(await ask(alice, null)).toMatchObject(invalid);
      expect(await ask(alice, "")).toMatchObject(invalid);
      for (const nobody of ["nobody-at-all", "x".repeat(256)]) {
        expect(await ask(alice, nobody)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
      }
    }
    expect(await blocked(alice)).toEqual({ users: [] });
  });

  it("refuses the 1,001st, stores nothing of it, and still takes those that are there", async () => {
    const store = createBlockStore(deployment.table);
    await Promise.all(Array.from({ length: 999 }, (_, n) => store.put(alice.id, `other-${n}`, n)));
    const [carol, dave] = await Promise.all([user(), user()]);
    expect(await block(alice, carol.id)).toMatchObject(DONE);
    expect(await block(alice, dave.id)).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    expect(await block(alice, carol.id)).toMatchObject(DONE);
    expect(await store.has(alice.id, dave.id, "strong")).toBe(false);
    await unblock(alice, "other-7");
    expect(await block(alice, dave.id)).toMatchObject(DONE);
  });
});

describe("between two of whom one has blocked the other", () => {
  const refusals = async (device: Device) => {
    const frames = [
      { action: "send_message", conversationId, content: "hey" },
      { action: "react", conversationId, seq: 1, emoji: "👍", on: true },
      { action: "typing_start", conversationId },
    ];
    return Promise.all(frames.map((frame) => device.send({ id: "1", ...frame })));
  };
  const FORBIDDEN = {
    type: "error",
    code: "FORBIDDEN",
    message: "Nothing passes between you and this user while either has blocked the other.",
  };

  it("neither sends, reacts or types, by the same sentence; then again as before", async () => {
    await block(alice, bob.id);
    await coldStart();
    for (const device of [fromAlice, fromBob]) {
      for (const refusal of await refusals(device)) expect(refusal).toMatchObject(FORBIDDEN);
    }
    expect(
      await bob.http({
        route: "POST /api/conversations/{conversationId}/messages",
        path: { conversationId },
        body: { content: "over HTTP" },
      }),
    ).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
    expect(await fromBob.act("sync", { conversationId, afterSeq: 0 })).toMatchObject({ lastSeq: 2 });
    await unblock(alice, bob.id);
    await coldStart();
    await fromBob.act("send_message", { conversationId, content: "hello again" });
  });

  it("holds until both have taken theirs back", async () => {
    await block(alice, bob.id);
    await block(bob, alice.id);
    await unblock(alice, bob.id);
    await coldStart();
    for (const refusal of await refusals(fromAlice)) expect(refusal).toMatchObject(FORBIDDEN);
  });

  it("takes effect within 10 s in an environment that remembers the conversation", async () => {
    const elsewhere = composeMetered(deployment.table);
    const there = fromBob.over(() => elsewhere);
    await there.act("send_message", { conversationId, content: "before" });
    await block(alice, bob.id);
    deployment.passTime(10_000);
    for (const refusal of await refusals(there)) expect(refusal).toMatchObject(FORBIDDEN);
    await unblock(alice, bob.id);
    deployment.passTime(10_000);
    await there.act("typing_start", { conversationId });
  });

  it("leaves one's own messages one's own", async () => {
    await block(alice, bob.id);
    await coldStart();
    await fromBob.act("edit_message", { conversationId, seq: 2, content: "never mind" });
    await fromBob.act("delete_message", { conversationId, seq: 2 });
  });

  it("finds the conversation there is, and begins none", async () => {
    const carol = await user();
    await block(alice, bob.id);
    await block(alice, carol.id);
    await coldStart();
    expect(await bob.conversationWith(alice)).toBe(conversationId);
    for (const [one, other] of [
      [alice, carol],
      [carol, alice],
    ] as const) {
      const route = "POST /api/conversations/find-or-create";
      expect(await one.http({ route, body: { otherUserId: other.id } })).toMatchObject({
        status: 403,
        body: { code: FORBIDDEN.code, message: FORBIDDEN.message },
      });
    }
    await unblock(alice, carol.id);
    expect(await carol.conversationWith(alice)).toBe(await alice.conversationWith(carol));
  });

  it("the blocked one learns no presence, by no way", async () => {
    await block(alice, bob.id);
    await coldStart();
    deployment.management.reset();
    const announcement = { userId: alice.id, online: true, at: 1, lastSeenAt: null, version: 1 };
    await handlers.worker(sqsEvent([{ type: "announce", announcement, cursor: null }]));
    await fromAlice.act("join_conversation", { conversationId });
    const joined = (await fromBob.act("join_conversation", { conversationId })) as {
      participants: readonly { id: string }[];
    };
    const list = (await bob.http({ route: "GET /api/conversations" })).body as {
      conversations: readonly Conversation[];
    };
    expect(list.conversations[0]!.otherParticipant).toMatchObject(HIDDEN);
    expect(joined.participants.find(({ id }) => id === alice.id)).toMatchObject(HIDDEN);
    expect(await bob.http({ route: "GET /api/users", query: { userId: alice.id } })).toMatchObject({
      body: HIDDEN,
    });
    expect(await bob.http({ route: "GET /api/presence", query: { userIds: alice.id } })).toMatchObject({
      body: { presence: [] },
    });
    expect(fromBob.received.filter(({ type }) => type.startsWith("user_"))).toEqual([]);
    await unblock(alice, bob.id);
    expect(await bob.http({ route: "GET /api/users", query: { userId: alice.id } })).toMatchObject({
      body: { online: true },
    });
  });
});
