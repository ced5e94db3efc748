import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createUserStore } from "../../lambdas/store/users.ts";
import { deploy, type Deployment } from "../support/deployment.ts";
import { Person, type Device } from "./person.ts";
import { sqsEvent } from "../support/events.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Ledger, type Cost } from "../support/ledger.ts";
import { seedGroup } from "../support/seed-group.ts";
import { seedConversations } from "../support/seed-conversations.ts";

/**
 * What each operation costs, as the engine charges it: user ids and clientMessageIds are UUIDs, contents are
 * of 200 bytes, two devices a user in at most two rooms each. A figure that changes is changed here, on purpose.
 */

const CONTENT = "x".repeat(200);
const QUARTER_HOUR = 15 * 60 * 1_000;

let deployment: Deployment;
let ledger: Ledger;
let handlers: Omit<Handlers, "postConfirmation">;
beforeAll(async () => {
  deployment = await deploy();
  ledger = new Ledger(deployment);
  warmUp();
});
afterAll(async () => {
  console.table(ledger.figures);
  await deployment.stop();
});

/** Makes function environments that remember nothing. */
const warmUp = (): void => {
  handlers = composeMetered(deployment.table);
};
const person = (): Person => new Person(deployment, () => handlers);

const costOf = (operation: string, run: () => Promise<unknown>): Promise<Cost> =>
  ledger.costOf(operation, run);

interface Pair {
  readonly alice: Person;
  readonly bob: Person;
  readonly conversationId: string;
  /** Two of Alice's, then two of Bob's. */
  readonly devices: readonly [Device, Device, Device, Device];
}

async function aPair(): Promise<Pair> {
  const [alice, bob] = [person(), person()];
  const devices = [
    await alice.connect(),
    await alice.connect(),
    await bob.connect(),
    await bob.connect(),
  ] as const;
  const conversationId = await alice.conversationWith(bob);
  return { alice, bob, conversationId, devices };
}

/** Has the HTTP function remember who this is: what knowing somebody costs is not counted. */
const becomeKnown = (who: Person): Promise<unknown> =>
  who.http({ route: "GET /api/users", query: { userId: who.id } });

const send = (device: Device, conversationId: string, afterSeq?: number): Promise<unknown> =>
  device.act("send_message", {
    conversationId,
    content: CONTENT,
    clientMessageId: randomUUID(),
    ...(afterSeq === undefined ? {} : { afterSeq }),
  });

async function fill({ devices, conversationId }: Pair, count: number): Promise<void> {
  for (let seq = 0; seq < count; seq += 1) await send(devices[0], conversationId, seq);
}

describe("connections", () => {
  it("connect and disconnect: one write, one more for the first device", async () => {
    const alice = person();
    const first = await alice.connect();
    await first.disconnect();
    const task = await settleTask(alice);
    expect(await costOf("presence settles: off", () => handlers.worker(sqsEvent([task])))).toMatchObject({
      WRU: 2,
      RRU: 1,
    });
    let device: Device;
    let second: Device;
    const connect = async () => {
      device = await alice.connect();
    };
    expect(await costOf("connect, first device", connect)).toMatchObject({ WRU: 2, RRU: 1 });
    expect(
      await costOf("connect, second device", async () => {
        second = await alice.connect();
      }),
    ).toMatchObject({ WRU: 1, RRU: 1, pushes: 0 });
    expect(await costOf("disconnect, not the last", () => second.disconnect())).toMatchObject({
      WRU: 1,
      RRU: 1,
    });
    expect(await costOf("disconnect, the last", () => device.disconnect())).toMatchObject({ WRU: 1, RRU: 1 });
  });

  it("disconnect in a room: one read unit more", async () => {
    const { conversationId, devices } = await aPair();
    await devices[0].act("join_conversation", { conversationId });
    expect(await costOf("disconnect, in a room", () => devices[0].disconnect())).toMatchObject({
      WRU: 1,
      RRU: 2,
    });
  });

  it("joins and leaves: one write, no more than 3 read units", async () => {
    const { conversationId, devices } = await aPair();
    const join = () => devices[0].act("join_conversation", { conversationId });
    expect(await costOf("join", join)).toMatchObject({ WRU: 1, RRU: 1.5 });
    const leave = () => devices[0].act("leave_conversation", { conversationId });
    expect(await costOf("leave, remembered", leave)).toMatchObject({ WRU: 1, RRU: 0.5 });
    await join();
    warmUp();
    expect(await costOf("leave", leave)).toMatchObject({ WRU: 1, RRU: 1.5 });
  });

  it("typing: no write", async () => {
    const { conversationId, devices } = await aPair();
    await devices[2].act("join_conversation", { conversationId });
    const type = () => devices[0].send({ action: "typing_start", conversationId });
    expect(await costOf("typing, remembered", type)).toMatchObject({ WRU: 0, RRU: 0.5, pushes: 1 });
    warmUp();
    expect(await costOf("typing", type)).toMatchObject({ WRU: 0, RRU: 1.5, pushes: 1 });
  });
});

/** The task the worker would have sent itself for the leave that just happened. */
async function settleTask({ id }: Person): Promise<unknown> {
  const user = await createUserStore(deployment.table).get(id, "strong");
  return { type: "settle", userId: id, lastSeenAt: user?.lastSeenAt };
}

describe("sending", () => {
  let pair: Pair;
  beforeEach(async () => {
    pair = await aPair();
    for (const device of pair.devices) {
      await device.act("join_conversation", { conversationId: pair.conversationId });
    }
    await fill(pair, 3);
  });

  it("costs two writes: the message and the head", async () => {
    const { devices, conversationId } = pair;
    expect(
      await costOf("send, afterSeq at the tail, remembered", () => send(devices[0], conversationId, 3)),
    ).toEqual({ WRU: 2, RRU: 2, trips: 2, pushes: 3 });
    warmUp();
    expect(await costOf("send, afterSeq at the tail", () => send(devices[0], conversationId, 4))).toEqual({
      WRU: 2,
      RRU: 3,
      trips: 3,
      pushes: 3,
    });
  });

  it("costs the same as the other one answers, but for the step that keeps readAt", async () => {
    const { devices, conversationId } = pair;
    expect(await costOf("first answer", () => send(devices[2], conversationId, 3))).toEqual({
      WRU: 2,
      RRU: 2,
      trips: 2,
      pushes: 3,
    });
    await send(devices[0], conversationId, 4);
    expect(await costOf("answer after answer", () => send(devices[2], conversationId, 5))).toEqual({
      WRU: 3,
      RRU: 2,
      trips: 2,
      pushes: 3,
    });
  });

  it("costs one more query without afterSeq", async () => {
    const { devices, conversationId } = pair;
    for (let seq = 3; seq < 100; seq += 1) await send(devices[0], conversationId, seq);
    expect(
      await costOf("send without afterSeq, 100 before, remembered", () => send(devices[0], conversationId)),
    ).toEqual({ WRU: 2, RRU: 12, trips: 3, pushes: 3 });
    warmUp();
    expect(await costOf("send without afterSeq, 100 before", () => send(devices[0], conversationId))).toEqual(
      {
        WRU: 2,
        RRU: 13,
        trips: 4,
        pushes: 3,
      },
    );
  });

  it("costs six writes more once in a quarter hour: the inbox rows and their index", async () => {
    const { devices, conversationId } = pair;
    deployment.passTime(QUARTER_HOUR + 1);
    expect(
      await costOf("send in a new quarter hour", () => send(devices[0], conversationId, 3)),
    ).toMatchObject({
      WRU: 8,
      RRU: 2.5,
      pushes: 3,
    });
    expect(deployment.table.meter.indexUnits).toEqual({ "by-activity": 4 });
    expect(await costOf("send after it", () => send(devices[0], conversationId, 4))).toMatchObject({
      WRU: 2,
      RRU: 2,
    });
  });

  it("costs a write more for each one mentioned, and a read for what is answered", async () => {
    const { bob, devices, conversationId } = pair;
    const sending = (fields: object) => () =>
      devices[0].act("send_message", { conversationId, content: CONTENT, ...fields });
    const reply = sending({ afterSeq: 3, replyToSeq: 2 });
    expect(await costOf("send that answers, remembered", reply)).toEqual({
      WRU: 2,
      RRU: 3,
      trips: 3,
      pushes: 3,
    });
    const mention = sending({ afterSeq: 4, mentions: [bob.id] });
    expect(await costOf("send that mentions one, remembered", mention)).toEqual({
      WRU: 3,
      RRU: 2,
      trips: 2,
      pushes: 3,
    });
    await devices[3].act("leave_conversation", { conversationId });
    const after = await costOf("send to one who has unread mentions, outside the room", () =>
      send(devices[0], conversationId, 5),
    );
    expect(after).toEqual({ WRU: 2, RRU: 3, trips: 2, pushes: 3 });
    await becomeKnown(bob);
    const list = () => bob.http({ route: "GET /api/conversations" });
    expect(await costOf("list of one with unread mentions", list)).toMatchObject({ WRU: 0, RRU: 2.5 });
  });

  it("costs no write for a repeat", async () => {
    const { devices, conversationId } = pair;
    const again = { conversationId, content: CONTENT, clientMessageId: randomUUID(), afterSeq: 3 };
    await devices[0].act("send_message", again);
    expect(await costOf("a repeat", () => devices[0].act("send_message", again))).toMatchObject({
      WRU: 0,
      pushes: 0,
    });
  });
});

describe("in a group", () => {
  it("a send costs three writes whatever its size, and no more than a read a member and two", async () => {
    for (const size of [3, 20]) {
      const members = Array.from({ length: size }, () => person());
      const devices: Device[] = [];
      for (const member of members) devices.push(await member.connect(), await member.connect());
      const ids = members.map(({ id }) => id);
      const conversationId = await seedGroup(deployment.table, ids);
      await send(devices[0]!, conversationId, 1);
      const outside = () => send(devices[0]!, conversationId, 2);
      const figures = await costOf(`send to a group of ${size}, remembered, nobody in its room`, outside);
      expect(figures).toMatchObject({ WRU: 3, pushes: 2 * size - 1 });
      expect(figures.RRU).toBeLessThanOrEqual(size + 2);
    }
  });

  it("leaving the room costs the same whatever the group's size, for who has not typed", async () => {
    for (const size of [3, 20]) {
      const members = Array.from({ length: size }, () => person());
      const device = await members[0]!.connect();
      for (const member of members.slice(1)) await member.connect();
      const conversationId = await seedGroup(
        deployment.table,
        members.map(({ id }) => id),
      );
      await device.act("join_conversation", { conversationId });
      const leave = () => device.act("leave_conversation", { conversationId });
      const figures = await costOf(`leave the room of a group of ${size}`, leave);
      expect(figures).toMatchObject({ WRU: 1, pushes: 0 });
      expect(figures.RRU).toBeLessThanOrEqual(3);
    }
  });
});

describe("changing", () => {
  let pair: Pair;
  beforeEach(async () => {
    pair = await aPair();
    for (const device of pair.devices)
      await device.act("join_conversation", { conversationId: pair.conversationId });
    await fill(pair, 3);
  });
  const act = (action: string, fields: object) => () =>
    pair.devices[0].act(action, { conversationId: pair.conversationId, ...fields });
  /** What the worker takes out of the change afterwards is counted with it. */
  const emptied = (rev: number) => () =>
    handlers.worker(
      sqsEvent([{ type: "repair_changes", conversationId: pair.conversationId, from: rev, upTo: rev }]),
    );

  it("edits, deletes and pins: the change, the message, the head", async () => {
    const edit = act("edit_message", { seq: 2, content: "y".repeat(200) });
    expect(await costOf("edit, remembered", edit)).toEqual({ WRU: 3, RRU: 4, trips: 5, pushes: 3 });
    expect(await costOf("edit, taken out of the change by the worker", emptied(1))).toMatchObject({
      WRU: 1,
      RRU: 2,
    });
    expect(await costOf("edit that changes nothing", edit)).toMatchObject({ WRU: 0, RRU: 3, pushes: 0 });
    const mention = act("edit_message", { seq: 1, mentions: [pair.bob.id] });
    expect(await costOf("edit that mentions one more", mention)).toMatchObject({ WRU: 4, RRU: 4 });
    const remove = act("delete_message", { seq: 3 });
    expect(await costOf("delete, remembered", remove)).toMatchObject({ WRU: 3, RRU: 4, pushes: 3 });
    warmUp();
    expect(await costOf("delete", act("delete_message", { seq: 2 }))).toMatchObject({ WRU: 3, RRU: 5 });
    const pin = () =>
      pair.alice.http({
        route: "PUT /api/conversations/{conversationId}/messages/{seq}/pin",
        path: { conversationId: pair.conversationId, seq: "1" },
      });
    await becomeKnown(pair.alice);
    expect(await costOf("pin", pin)).toMatchObject({ WRU: 3, RRU: 5 });
  });

  it("reacts: one write more, for who reacted", async () => {
    const react = (on: boolean) => act("react", { seq: 2, emoji: "👍", on });
    expect(await costOf("react, remembered", react(true))).toMatchObject({ WRU: 4, RRU: 4, pushes: 3 });
    expect(await costOf("react, taken back", react(false))).toMatchObject({ WRU: 4, RRU: 4, pushes: 3 });
  });

  it("catches up with changes for what changed, and for nothing where nothing did", async () => {
    const sync = (fields: object) => act("sync", { afterSeq: 3, ...fields });
    expect(await costOf("sync, nothing new", sync({ afterRev: 0 }))).toMatchObject({ WRU: 0, RRU: 2 });
    for (const seq of [1, 2, 3]) await act("react", { seq, emoji: "👍", on: true })();
    expect(await costOf("sync, three messages changed", sync({ afterRev: 0 }))).toMatchObject({
      WRU: 0,
      RRU: 7,
    });
    expect(await costOf("sync, changes known", sync({ afterRev: 3 }))).toMatchObject({ WRU: 0, RRU: 2 });
  });
});

describe("reading", () => {
  it("marks as read: two writes", async () => {
    const pair = await aPair();
    const { devices, conversationId } = pair;
    await fill(pair, 3);
    const mark = (seq: number) => () => devices[2].act("mark_read", { conversationId, seq });
    expect(await costOf("mark read, the first time", mark(1))).toEqual({
      WRU: 1,
      RRU: 1,
      trips: 2,
      pushes: 3,
    });
    expect(await costOf("mark read, remembered", mark(2))).toEqual({ WRU: 2, RRU: 1, trips: 3, pushes: 3 });
    warmUp();
    expect(await costOf("mark read", mark(3))).toEqual({ WRU: 2, RRU: 2, trips: 4, pushes: 3 });
  });

  it("pages through history, and catches up", async () => {
    const pair = await aPair();
    const { bob, devices, conversationId } = pair;
    await fill(pair, 120);
    await becomeKnown(bob);
    await devices[2].act("mark_read", { conversationId, seq: 30 });
    const history = (query: Record<string, string>) => () =>
      bob.http({
        route: "GET /api/conversations/{conversationId}/messages",
        path: { conversationId },
        query,
      });
    expect(await costOf("history of 50, nothing marked", history({ markRead: "false" }))).toMatchObject({
      WRU: 0,
      RRU: 4,
    });
    expect(await costOf("history of 50, marking", history({}))).toMatchObject({ WRU: 2, RRU: 5 });
    expect(await costOf("history of 50, nothing unread", history({}))).toMatchObject({ WRU: 0, RRU: 4 });
    expect(
      await costOf("history of 50, steps inside", history({ before: `${conversationId}-60` })),
    ).toMatchObject({ WRU: 0, RRU: 4.5 });
    const sync = () => devices[2].act("sync", { conversationId, afterSeq: 20, limit: 50 });
    expect(await costOf("sync of 50, more behind", sync)).toMatchObject({ WRU: 0, RRU: 8 });
    const rest = () => devices[2].act("sync", { conversationId, afterSeq: 70, limit: 50 });
    expect(await costOf("sync of 50, the last", rest)).toMatchObject({ WRU: 0, RRU: 7 });
  });

  it("reads for a sync little more than its answer holds, however long the messages", async () => {
    const { devices, conversationId } = await aPair();
    for (let seq = 0; seq < 60; seq += 1) {
      const content = seq < 20 ? CONTENT : "😀".repeat(2_000);
      await devices[0].act("send_message", { conversationId, content, afterSeq: seq });
    }
    const from = (afterSeq: number) => () =>
      devices[2].act("sync", { conversationId, afterSeq, limit: 100 }) as Promise<{ messages: unknown[] }>;
    // Three of 8 KB are shown, four read at two units each.
    const long = await costOf("sync over messages of 8 KB", from(20));
    expect(long).toMatchObject({ WRU: 0, RRU: 11 });
    // Twenty short ones in front make it look further: 4, 8 and 16.
    const mixed = await costOf("sync, 20 short messages before those of 8 KB", from(0));
    expect(mixed.RRU).toBeLessThanOrEqual(30);
  });
});

describe("conversations", () => {
  it("finds or creates one", async () => {
    const [alice, bob] = [person(), person()];
    await Promise.all([alice.connect(), bob.connect()]);
    await becomeKnown(alice);
    const find = () => alice.conversationWith(bob);
    // The other one's row is not in the list's index before there is a message.
    expect(await costOf("find-or-create, a miss", find)).toMatchObject({ WRU: 5, RRU: 4.5 });
    expect(await costOf("find-or-create, remembered", find)).toMatchObject({ WRU: 0, RRU: 0 });
    warmUp();
    await becomeKnown(alice);
    expect(await costOf("find-or-create, a hit", find)).toMatchObject({ WRU: 0, RRU: 1 });
  });

  it("lists 20 for the same price whatever their number", async () => {
    const alice = person();
    await becomeKnown(alice);
    const list = () => alice.http({ route: "GET /api/conversations" });
    const now = Date.now();
    const quarterHoursAgo = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, n) => now - (from + n + 2) * (QUARTER_HOUR + 1));
    await seedConversations(deployment.table, alice.id, CONTENT, quarterHoursAgo(0, 30));
    expect(await costOf("list of 20 among 30", list)).toMatchObject({ WRU: 0, RRU: 21, trips: 3 });
    await seedConversations(deployment.table, alice.id, CONTENT, quarterHoursAgo(30, 200));
    expect(await costOf("list of 20 among 200", list)).toMatchObject({ WRU: 0, RRU: 21, trips: 3 });
    const { nextCursor } = (await list()).body as { nextCursor: string };
    const next = () => alice.http({ route: "GET /api/conversations", query: { cursor: nextCursor } });
    expect(await costOf("list, the next 20", next)).toMatchObject({ WRU: 0, RRU: 21.5, trips: 3 });
    // Rows of one quarter hour may all belong to the page: each is one more head to read.
    await seedConversations(
      deployment.table,
      alice.id,
      CONTENT,
      Array.from({ length: 40 }, (_, n) => now - n),
    );
    const busy = await costOf("list of 20, 40 moved this quarter hour", list);
    expect(busy).toMatchObject({ WRU: 0, RRU: 31.5, trips: 5 });
  });

  it("blocks: the block, and a flag in the head of the two; a send looks anew after a few seconds", async () => {
    const { alice, bob, devices, conversationId } = await aPair();
    const carol = person();
    await carol.connect();
    await Promise.all([becomeKnown(alice), becomeKnown(bob)]);
    await send(devices[0], conversationId, 0);
    const of = (other: Person) => ({ query: { userId: other.id } });
    const block = (other: Person) => () => alice.http({ route: "PUT /api/blocks", ...of(other) });
    const unblock = (other: Person) => () => alice.http({ route: "DELETE /api/blocks", ...of(other) });
    const figures = {
      "block, no conversation": await costOf("block, no conversation", block(carol)),
      block: await costOf("block", block(bob)),
      "block again": await costOf("block again", block(bob)),
      unblock: await costOf("unblock", unblock(bob)),
      "list of blocks": await costOf("list of blocks, one", () => alice.http({ route: "GET /api/blocks" })),
    };
    expect(figures).toMatchObject({
      "block, no conversation": { WRU: 1, RRU: 5.5 },
      block: { WRU: 2, RRU: 10.5 },
      "block again": { WRU: 0, RRU: 5 },
      unblock: { WRU: 2, RRU: 9 },
      "list of blocks": { WRU: 0, RRU: 1 },
    });
    deployment.passTime(9_000);
    expect(await costOf("send, remembered for 9 s", () => send(devices[0], conversationId, 1))).toMatchObject(
      {
        WRU: 2,
        RRU: 2.5,
      },
    );
  });

  it("sets what is one's own, and archives: the head, and the row with its index", async () => {
    const { alice, bob, devices, conversationId } = await aPair();
    await send(devices[0], conversationId, 0);
    await Promise.all([becomeKnown(alice), becomeKnown(bob)]);
    const set = (body: object) => () =>
      alice.http({
        route: "PATCH /api/conversations/{conversationId}/settings",
        path: { conversationId },
        body,
      });
    expect(await costOf("settings: pin", set({ pinned: true }))).toMatchObject({ WRU: 1, RRU: 3 });
    expect(await costOf("settings: archive", set({ archived: true }))).toMatchObject({ WRU: 4, RRU: 3 });
    const list = () => alice.http({ route: "GET /api/conversations", query: { archived: "true" } });
    expect(await costOf("list of the archive, one in it", list)).toMatchObject({ WRU: 0, RRU: 2 });
    // A conversation in the archive costs its sends nothing, until one takes it out.
    const own = await costOf("first send after archiving", () => send(devices[0], conversationId, 1));
    // The environment's remembered head is refused once.
    expect(own).toMatchObject({ WRU: 3, RRU: 2 });
    expect(await costOf("send while archived", () => send(devices[0], conversationId, 2))).toMatchObject({
      WRU: 2,
      RRU: 2,
    });
    const out = await costOf("send that takes it out of the archive", () =>
      send(devices[2], conversationId, 3),
    );
    expect(out).toMatchObject({ WRU: 8, RRU: 2 });
  });

  it("bounds what a page costs, however many strangers have just written", async () => {
    const alice = person();
    await becomeKnown(alice);
    const now = Date.now();
    const fresh = Array.from({ length: 1_200 }, (_, n) => now - n);
    await seedConversations(deployment.table, alice.id, CONTENT, fresh);
    const list = () => alice.http({ route: "GET /api/conversations", query: { limit: "1" } });
    const { RRU } = await costOf("list of 1 among 1,200 of this quarter hour", list);
    expect(RRU).toBeLessThanOrEqual(135);
  });
});

describe("admins", () => {
  const admin = (): Person => new Person(deployment, () => handlers, { scope: "parley/admin" });

  it("pay for messages and a removal what participants pay, and half a read for who they are", async () => {
    const pair = await aPair();
    const { conversationId, alice } = pair;
    await fill(pair, 3);
    const path = { conversationId, seq: "3" };
    const route = "POST /api/admin/conversations/{conversationId}/messages";
    const body = { content: CONTENT, senderId: alice.id, clientMessageId: randomUUID() };
    expect(
      await costOf("admin: on behalf, few before", () => admin().http({ route, path, body })),
    ).toMatchObject({ WRU: 2, RRU: 4.5, pushes: 4 });
    // The admin function remembers the conversation from now on.
    const own = { content: CONTENT, clientMessageId: randomUUID() };
    expect(
      await costOf("admin: the system's own, few before", () => admin().http({ route, path, body: own })),
    ).toMatchObject({ WRU: 2, RRU: 3.5, pushes: 4 });
    const remove = "DELETE /api/admin/conversations/{conversationId}/messages/{seq}";
    expect(await costOf("admin: a removal", () => admin().http({ route: remove, path }))).toMatchObject({
      WRU: 3,
      RRU: 4.5,
    });
  });

  it("make somebody known by one write, and one into the index by handle", async () => {
    const introduce = (): Promise<unknown> =>
      admin().http({ route: "PUT /api/admin/users", body: { userId: randomUUID(), displayName: "Ann" } });
    expect(await costOf("admin: a user made known", introduce)).toMatchObject({ WRU: 2, RRU: 1.5 });
  });

  it("sign somebody out by one write, whatever they have open", async () => {
    const { alice } = await aPair();
    const route = "POST /api/admin/users/sign-out";
    const signOut = (): Promise<unknown> => admin().http({ route, body: { userId: alice.id } });
    expect(await costOf("admin: a sign-out, two devices", signOut)).toMatchObject({
      WRU: 1,
      RRU: 1.5,
      // The two closes, which are calls of the management API too.
      pushes: 2,
    });
  });
});
