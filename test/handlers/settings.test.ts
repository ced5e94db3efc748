import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Conversation } from "../../lambdas/protocol/objects.ts";
import { groupsOf } from "../support/groups.ts";
import { deployment, user } from "./entry-points.ts";
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
  await write(fromAlice);
  deployment.management.reset();
});

const write = (device: Device) =>
  device.act("send_message", { conversationId, content: "hello", clientMessageId: randomUUID() });
const set = (who: Person, body: unknown, id = conversationId) =>
  who.http({
    route: "PATCH /api/conversations/{conversationId}/settings",
    path: { conversationId: id },
    body,
  });
const idsOf = async (who: Person, query: Record<string, string> = {}): Promise<readonly string[]> => {
  const { body } = await who.http({ route: "GET /api/conversations", query });
  return (body as { conversations: readonly Conversation[] }).conversations.map(({ id }) => id);
};
const sides = async (who: Person) => ({
  list: await idsOf(who),
  archive: await idsOf(who, { archived: "true" }),
});
const LISTED = () => ({ list: [conversationId], archive: [] });
const ARCHIVED = () => ({ list: [], archive: [conversationId] });
const minutesFromNow = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

describe("PATCH settings", () => {
  it("sets what it names for the caller alone, and tells their connections", async () => {
    const mutedUntil = minutesFromNow(60);
    const answer = await set(alice, { pinned: true, mutedUntil });
    expect(answer).toMatchObject({
      status: 200,
      body: { conversation: { id: conversationId, pinned: true, archived: false, mutedUntil } },
    });
    const { conversation } = answer.body as { conversation: Conversation };
    expect(fromAlice.received).toEqual([{ type: "settings_changed", conversation }]);
    expect(fromBob.received).toEqual([]);
    expect(await set(bob, {})).toMatchObject({
      body: { conversation: { pinned: false, archived: false, mutedUntil: null } },
    });
    expect(await set(alice, { pinned: false })).toMatchObject({
      body: { conversation: { pinned: false, mutedUntil } },
    });
    expect(await set(alice, { mutedUntil: null })).toMatchObject({
      body: { conversation: { mutedUntil: null } },
    });
  });

  it("tells nobody of what was so already", async () => {
    await set(alice, { pinned: true, archived: true });
    deployment.management.reset();
    expect((await set(alice, { pinned: true, archived: true })).status).toBe(200);
    expect(fromAlice.received).toEqual([]);
  });

  it("takes a mute that is over for none", async () => {
    expect(await set(alice, { mutedUntil: minutesFromNow(-1) })).toMatchObject({
      status: 200,
      body: { conversation: { mutedUntil: null } },
    });
  });

  it.each([
    ["no object", "[]"],
    ["not JSON", "{"],
    ["pinned as text", { pinned: "true" }],
    ["pinned null", { pinned: null }],
    ["archived as number", { archived: 1 }],
    ["a time without milliseconds", { mutedUntil: "2031-01-01T00:00:00Z" }],
    ["a time of another zone", { mutedUntil: "2031-01-01T00:00:00.000+01:00" }],
    ["a day that is none", { mutedUntil: "2031-02-30T00:00:00.000Z" }],
    ["a number for a time", { mutedUntil: 1_900_000_000_000 }],
    ["a word for a time", { mutedUntil: "tomorrow" }],
  ])("refuses %s, and stores nothing", async (_, body) => {
    expect(await set(alice, body)).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect(await sides(alice)).toEqual(LISTED());
    expect(fromAlice.received).toEqual([]);
  });

  it("refuses strangers, and conversations that are none", async () => {
    const eve = await user();
    expect(await set(eve, { pinned: true })).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
    expect(await set(alice, { pinned: true }, "nothing")).toMatchObject({
      status: 404,
      body: { code: "NOT_FOUND" },
    });
  });
});

describe("the archive", () => {
  it("has what was put there, and the list has not; for the other nothing changes", async () => {
    await set(alice, { archived: true });
    expect(await sides(alice)).toEqual(ARCHIVED());
    expect(await sides(bob)).toEqual(LISTED());
    await set(alice, { archived: false });
    expect(await sides(alice)).toEqual(LISTED());
  });

  it("loses a conversation to a message of somebody else's, not to one's own", async () => {
    await set(alice, { archived: true });
    await write(fromAlice);
    expect(await sides(alice)).toEqual(ARCHIVED());
    await write(fromBob);
    expect(await sides(alice)).toEqual(LISTED());
  });

  it("keeps a muted one, until the mute is over", async () => {
    await set(alice, { archived: true, mutedUntil: minutesFromNow(1) });
    await write(fromBob);
    expect(await sides(alice)).toEqual(ARCHIVED());
    deployment.passTime(61_000);
    await write(fromBob);
    expect(await sides(alice)).toEqual(LISTED());
    expect(await set(alice, {})).toMatchObject({
      body: { conversation: { archived: false, unreadCount: 2 } },
    });
  });

  it("is exactly ordered, and paged", async () => {
    const friends = await Promise.all(Array.from({ length: 5 }, () => user()));
    const ids: string[] = [];
    for (const friend of friends) {
      conversationId = await friend.conversationWith(alice);
      ids.unshift(conversationId);
      await write(await friend.connect());
    }
    // Archived in another order than written in.
    for (const id of [ids[2]!, ids[0]!, ids[4]!, ids[1]!, ids[3]!]) await set(alice, { archived: true }, id);
    expect(await idsOf(alice, { archived: "true" })).toEqual(ids);
    const paged: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const query: Record<string, string> = { archived: "true", limit: "2", cursor };
      const { body } = await alice.http({ route: "GET /api/conversations", query });
      const page = body as { conversations: readonly Conversation[]; nextCursor: string | null };
      paged.push(...page.conversations.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(ids);
  });

  it("takes true or false and nothing else", async () => {
    const { status } = await alice.http({ route: "GET /api/conversations", query: { archived: "yes" } });
    expect(status).toBe(400);
    expect(await idsOf(alice, { archived: "false" })).toEqual([conversationId]);
  });
});

describe("in a group", () => {
  it("each keeps it on top and mutes it for themselves", async () => {
    const { body } = await alice.http({
      route: "POST /api/conversations",
      body: { kind: "group", title: "Sailing", memberIds: [bob.id] },
    });
    const { id } = (body as { conversation: Conversation }).conversation;
    const mutedUntil = minutesFromNow(60);
    deployment.management.reset();
    const answer = await set(alice, { pinned: true, mutedUntil }, id);
    expect(answer).toMatchObject({
      status: 200,
      body: { conversation: { id, kind: "group", title: "Sailing", pinned: true, mutedUntil } },
    });
    const { conversation } = answer.body as { conversation: Conversation };
    expect(fromAlice.received).toEqual([{ type: "settings_changed", conversation }]);
    expect(fromBob.received).toEqual([]);
    deployment.management.reset();
    expect(await set(alice, { pinned: true }, id)).toMatchObject({ body: { conversation } });
    expect(fromAlice.received).toEqual([]);
    const { body: listed } = await bob.http({ route: "GET /api/conversations" });
    const own = (listed as { conversations: readonly Conversation[] }).conversations;
    expect(own.find((one) => one.id === id)).toMatchObject({ pinned: false, mutedUntil: null });
    const stranger = await user({ name: "Eve" });
    expect(await set(stranger, { pinned: true }, id)).toMatchObject({ status: 403 });
  });

  /** A group of Alice, Bob and Carol. */
  const aGroup = async (): Promise<{ id: string; carol: Person }> => {
    const carol = await user({ name: "Carol" });
    const { body } = await alice.http({
      route: "POST /api/conversations",
      body: { kind: "group", title: "Sailing", memberIds: [bob.id, carol.id] },
    });
    return { id: (body as { conversation: Conversation }).conversation.id, carol };
  };
  const say = (who: Person, id: string) =>
    who.http({
      route: "POST /api/conversations/{conversationId}/messages",
      path: { conversationId: id },
      body: { content: "hi" },
    });
  const sidesOf = async (who: Person, id: string) => ({
    list: (await idsOf(who, {})).includes(id),
    archive: (await idsOf(who, { archived: "true" })).includes(id),
  });
  const LISTED_THERE = { list: true, archive: false };
  const ARCHIVED_THERE = { list: false, archive: true };

  it("each archives it for themselves, until somebody else writes, however lately its rows were moved", async () => {
    const { id, carol } = await aGroup();
    expect(await set(alice, { archived: true }, id)).toMatchObject({
      body: { conversation: { archived: true } },
    });
    expect(await set(bob, { archived: true }, id)).toMatchObject({ status: 200 });
    expect(await sidesOf(alice, id)).toEqual(ARCHIVED_THERE);
    expect(await sidesOf(carol, id)).toEqual(LISTED_THERE);
    await say(alice, id);
    expect(await sidesOf(alice, id)).toEqual(ARCHIVED_THERE);
    expect(await sidesOf(bob, id)).toEqual(LISTED_THERE);
    await say(carol, id);
    for (const who of [alice, bob, carol]) expect(await sidesOf(who, id)).toEqual(LISTED_THERE);
    expect(await set(alice, { pinned: true }, id)).toMatchObject({
      body: { conversation: { archived: false } },
    });
  });

  it("it stays in the archive while it is muted, and comes out by itself or by hand", async () => {
    const { id, carol } = await aGroup();
    await set(alice, { archived: true, mutedUntil: minutesFromNow(10) }, id);
    await set(bob, { archived: true }, id);
    await say(carol, id);
    expect(await sidesOf(bob, id)).toEqual(LISTED_THERE);
    expect(await sidesOf(alice, id)).toEqual(ARCHIVED_THERE);
    deployment.passTime(10 * 60_000);
    await say(carol, id);
    expect(await sidesOf(alice, id)).toEqual(LISTED_THERE);
    await set(alice, { archived: true }, id);
    await set(alice, { archived: false }, id);
    expect(await sidesOf(alice, id)).toEqual(LISTED_THERE);
    await say(carol, id);
    expect(await sidesOf(alice, id)).toEqual(LISTED_THERE);
  });

  it("whoever comes again has archived nothing", async () => {
    const { id } = await aGroup();
    await set(bob, { archived: true }, id);
    const groups = groupsOf(alice);
    await groupsOf(bob).remove(id, bob.id);
    await groups.add(id, [bob.id]);
    expect(await sidesOf(bob, id)).toEqual(LISTED_THERE);
    await say(alice, id);
    deployment.passTime(20 * 60_000);
    await say(alice, id);
    expect(await sidesOf(bob, id)).toEqual(LISTED_THERE);
    await set(bob, { archived: true }, id);
    expect(await sidesOf(bob, id)).toEqual(ARCHIVED_THERE);
  });
});
