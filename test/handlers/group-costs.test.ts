import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deploy, type Deployment } from "../support/deployment.ts";
import { groupIn, groupsOf } from "../support/groups.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Ledger } from "../support/ledger.ts";
import { Person, type Device } from "./person.ts";
import { freshConversationId, freshUserId } from "../support/made-records.ts";
import { seedGroup, seedMember } from "../support/seed-group.ts";

/** What groups cost, as the engine charges it: user ids are UUIDs, contents of 200 bytes, and whoever asks is known. */

const CONTENT = "x".repeat(200);

let deployment: Deployment;
let ledger: Ledger;
let handlers: Omit<Handlers, "postConfirmation">;
beforeAll(async () => {
  deployment = await deploy();
  ledger = new Ledger(deployment);
  handlers = composeMetered(deployment.table);
});
afterAll(async () => {
  console.table(ledger.figures);
  await deployment.stop();
});

async function users(count: number): Promise<readonly Person[]> {
  const people = Array.from({ length: count }, () => new Person(deployment, () => handlers));
  await Promise.all(people.map((who) => who.http({ route: "GET /api/conversations" })));
  return people;
}

/** Those who are told of something have two devices each, outside of the group's room unless they have entered it. */
async function connected(count: number): Promise<{ people: readonly Person[]; devices: readonly Device[] }> {
  const people = await users(count);
  const devices: Device[] = [];
  for (const who of people) devices.push(await who.connect(), await who.connect());
  return { people, devices };
}

const ids = (people: readonly Person[]): readonly string[] => people.map(({ id }) => id);

describe("who belongs to a group", () => {
  it.each([
    [1, { WRU: 5, RRU: 7.5 }],
    [10, { WRU: 32, RRU: 30 }],
  ])("adding %i members: two units, and three a member", async (count, cost) => {
    const [owner, ...others] = await users(count + 2);
    const memberIds = others.slice(0, 1).map(({ id }) => id);
    const { id } = groupIn(await groupsOf(owner!).make({ memberIds }));
    const newcomers = others.slice(1).map((who) => who.id);
    expect(
      await ledger.costOf(`add ${count} to two`, () => groupsOf(owner!).add(id, newcomers)),
    ).toMatchObject(cost);
  });

  it.each([
    [5, { WRU: 17, RRU: 9.5 }],
    [20, { WRU: 63, RRU: 32 }],
  ])("making one of %i: two units, and three a member", async (size, cost) => {
    const [owner, ...others] = await users(size);
    const make = () => groupsOf(owner!).make({ memberIds: ids(others) });
    expect(await ledger.costOf(`make one of ${size}`, make)).toMatchObject(cost);
  });

  it("a title, a role, a removal and a leave, with two others to tell", async () => {
    const { people } = await connected(4);
    const [owner, second, third, fourth] = people as [Person, Person, Person, Person];
    const { id } = groupIn(await groupsOf(owner).make({ memberIds: ids(people.slice(1)) }));
    const figures = {
      title: await ledger.costOf("a title", () => groupsOf(owner).change(id, { title: "Rowing" })),
      role: await ledger.costOf("a role", () => groupsOf(owner).role(id, second.id, "admin")),
      removal: await ledger.costOf("a removal", () => groupsOf(owner).remove(id, third.id)),
      leave: await ledger.costOf("leaving", () => groupsOf(fourth).remove(id, fourth.id)),
      handing: await ledger.costOf("the owner leaves", () => groupsOf(owner).remove(id, owner.id)),
    };
    expect(figures).toMatchObject({
      title: { WRU: 2, RRU: 8.5, pushes: 8 },
      role: { WRU: 3, RRU: 9.5, pushes: 8 },
      removal: { WRU: 5, RRU: 9, pushes: 8 },
      leave: { WRU: 5, RRU: 7, pushes: 6 },
      handing: { WRU: 6, RRU: 8, pushes: 4 },
    });
  });
});

describe("inside a group of ten", () => {
  const SIZE = 10;
  let people: readonly Person[];
  let devices: readonly Device[];
  let conversationId: string;
  beforeEach(async () => {
    ({ people, devices } = await connected(SIZE));
    conversationId = await seedGroup(deployment.table, ids(people));
    for (let seq = 1; seq <= 3; seq += 1)
      await devices[0]!.act("send_message", { conversationId, content: CONTENT, afterSeq: seq });
  });
  const act =
    (action: string, fields: object, device = 0) =>
    () =>
      devices[device]!.act(action, { conversationId, ...fields });
  const ask =
    (method: string, rest: string, fields: object = {}, who = 0) =>
    () =>
      people[who]!.http({
        route: `${method} /api/conversations/{conversationId}${rest}`,
        path: { conversationId },
        ...fields,
      });

  it("changes of a message, told to the nine others in the room", async () => {
    for (let n = 0; n < SIZE; n += 1) await act("join_conversation", {}, 2 * n)();
    const figures = {
      edit: await ledger.costOf("edit", act("edit_message", { seq: 3, content: "y".repeat(200) })),
      react: await ledger.costOf("react", act("react", { seq: 2, emoji: "👍", on: true })),
      takenBack: await ledger.costOf("react, taken back", act("react", { seq: 2, emoji: "👍", on: false })),
      remove: await ledger.costOf("delete", act("delete_message", { seq: 2 })),
      pin: await ledger.costOf("pin", () =>
        people[0]!.http({
          route: "PUT /api/conversations/{conversationId}/messages/{seq}/pin",
          path: { conversationId, seq: "3" },
        }),
      ),
    };
    expect(figures).toMatchObject({
      edit: { WRU: 3, RRU: 14, pushes: 9 },
      react: { WRU: 4, RRU: 15, pushes: 9 },
      takenBack: { WRU: 4, RRU: 15, pushes: 9 },
      remove: { WRU: 3, RRU: 14, pushes: 9 },
      // It shows in the lists of those outside the room, too, and in those of whoever pins it over HTTP.
      pin: { WRU: 3, RRU: 16.5, pushes: 20 },
    });
  });

  it("entering and leaving the room, typing, reading", async () => {
    const figures = {
      join: await ledger.costOf("join", act("join_conversation", {}, 2)),
      typing: await ledger.costOf("typing", act("typing_start", {}, 2)),
      leave: await ledger.costOf("leave the room after typing", act("leave_conversation", {}, 2)),
      markRead: await ledger.costOf("mark read", act("mark_read", { seq: 4 }, 2)),
    };
    expect(figures).toMatchObject({
      join: { WRU: 1, RRU: 11, pushes: 0 },
      typing: { WRU: 0, RRU: 7, pushes: 0 },
      leave: { WRU: 1, RRU: 5.5, pushes: 0 },
      markRead: { WRU: 1, RRU: 7, pushes: 19 },
    });
  });

  it("settings, details, members", async () => {
    const figures = {
      pinned: await ledger.costOf("settings: pin", ask("PATCH", "/settings", { body: { pinned: true } }, 1)),
      details: await ledger.costOf("details", ask("GET", "", {}, 1)),
      members: await ledger.costOf("members, all ten", ask("GET", "/members", {}, 1)),
      five: await ledger.costOf("members, five", ask("GET", "/members", { query: { limit: "5" } }, 1)),
    };
    expect(figures).toMatchObject({
      pinned: { WRU: 1, RRU: 4, pushes: 2 },
      details: { WRU: 0, RRU: 2.5, pushes: 0 },
      members: { WRU: 0, RRU: 8, pushes: 0 },
      five: { WRU: 0, RRU: 5.5, pushes: 0 },
    });
  });

  it("pages of 50: history and sync", async () => {
    for (let seq = 4; seq <= 120; seq += 1)
      await devices[0]!.act("send_message", { conversationId, content: CONTENT, afterSeq: seq });
    const history = (query: Record<string, string>) => ask("GET", "/messages", { query }, 1);
    const figures = {
      unmarked: await ledger.costOf("history of 50, nothing marked", history({ markRead: "false" })),
      marked: await ledger.costOf("history of 50, marking", history({})),
      again: await ledger.costOf("history of 50, nothing unread", history({})),
      sync: await ledger.costOf("sync of 50, more behind", act("sync", { afterSeq: 20, limit: 50 }, 2)),
      rest: await ledger.costOf("sync of 50, the last", act("sync", { afterSeq: 70, limit: 50 }, 2)),
      nothing: await ledger.costOf("sync, nothing new", act("sync", { afterSeq: 121 }, 2)),
    };
    expect(figures).toMatchObject({
      // The page is read again once the head says that it is of a group.
      unmarked: { WRU: 0, RRU: 8, pushes: 0 },
      marked: { WRU: 1, RRU: 11.5, pushes: 20 },
      again: { WRU: 0, RRU: 5.5, pushes: 0 },
      sync: { WRU: 0, RRU: 9, pushes: 0 },
      rest: { WRU: 0, RRU: 9, pushes: 0 },
      nothing: { WRU: 0, RRU: 4, pushes: 0 },
    });
  });
});

it("a reaction taken back costs more only where a message has to name somebody else in its place", async () => {
  const people = await users(25);
  const conversationId = await seedGroup(deployment.table, ids(people));
  const path = { conversationId };
  await people[0]!.http({
    route: "POST /api/conversations/{conversationId}/messages",
    path,
    body: { content: CONTENT },
  });
  const react = (who: number, method: string) => () =>
    people[who]!.http({
      route: `${method} /api/conversations/{conversationId}/messages/{seq}/reactions`,
      path: { ...path, seq: "2" },
      query: { emoji: "👍" },
    });
  for (let who = 0; who < 24; who += 1) await react(who, "PUT")();
  const figures = {
    another: await ledger.costOf("react, the 25th", react(24, "PUT")),
    unnamed: await ledger.costOf("react, the 25th takes it back", react(24, "DELETE")),
    named: await ledger.costOf("react, the 3rd of 24 takes it back", react(2, "DELETE")),
  };
  expect(figures).toMatchObject({
    another: { WRU: 6, RRU: 30, pushes: 0 },
    unnamed: { WRU: 6, RRU: 30, pushes: 0 },
    // Who has put what to it: of 25 a unit.
    named: { WRU: 6, RRU: 31, pushes: 0 },
  });
});

it.each([3, 60])(
  "looking up strangers costs one who is in %i groups by the person, not by the group",
  async (groups) => {
    const [reader, stranger] = await users(2);
    for (let n = 0; n < groups; n += 1)
      await seedMember(deployment.table, freshConversationId(), reader!.id, "member", {
        joinedSeq: 0,
        asOfSeq: 1,
      });
    const userIds = Array.from({ length: 100 }, freshUserId).join(",");
    const figures = {
      one: await ledger.costOf(`look up one in ${groups} groups`, () =>
        reader!.http({ route: "GET /api/users", query: { userId: stranger!.id } }),
      ),
      hundred: await ledger.costOf(`presence of 100 in ${groups} groups`, () =>
        reader!.http({ route: "GET /api/presence", query: { userIds } }),
      ),
    };
    // One's own rows are half a unit for about 35; each other's pair and rows are a unit.
    const own = groups === 3 ? 0.5 : 1;
    expect(figures).toMatchObject({
      one: { WRU: 0, RRU: 1.5 + own },
      hundred: { WRU: 0, RRU: 100 + own },
    });
  },
);

it("of one with more conversations than groups to ask, each group is asked", async () => {
  const [reader, busy] = await users(2);
  const shared = await seedGroup(deployment.table, ids([reader!]));
  await seedMember(deployment.table, shared, busy!.id, "member", { joinedSeq: 0, asOfSeq: 1 });
  // Ids in front of the group's: its row is not among the first.
  for (let n = 0; n < 40; n += 1)
    await seedMember(deployment.table, `-${n}`, busy!.id, "member", { joinedSeq: 0, asOfSeq: 1 });
  const ask = () => reader!.http({ route: "GET /api/presence", query: { userIds: busy!.id } });
  const { body } = await ask();
  expect(body).toMatchObject({ presence: [{ userId: busy!.id }] });
  expect(await ledger.costOf("presence of one with many conversations", ask)).toMatchObject({ RRU: 3 });
});

it("for one of very many conversations, those decide of whom they look up who have few", async () => {
  const [reader, member, gone, stranger, busy] = (await users(5)) as [Person, Person, Person, Person, Person];
  const shared = await seedGroup(deployment.table, ids([reader, member, busy]));
  const since = { joinedSeq: 0, asOfSeq: 1 };
  await seedMember(deployment.table, shared, gone.id, null, { ...since, asOfSeq: 2 });
  await seedMember(deployment.table, freshConversationId(), stranger.id, "member", since);
  // Ids in front of the group's: its row is not on the first page of the one's, nor among the other's first.
  const rows = (who: Person, count: number) =>
    Array.from({ length: count }, (_, n) =>
      seedMember(deployment.table, `-${who.id}-${n}`, who.id, "member", since),
    );
  await Promise.all([...rows(reader, 600), ...rows(busy, 40)]);
  const ask = (...about: readonly Person[]) =>
    reader.http({ route: "GET /api/presence", query: { userIds: ids(about).join(",") } });
  expect((await ask(member, gone, stranger, busy)).body).toMatchObject({
    presence: [{ userId: member.id }, { userId: busy.id }],
  });
  // The first page of one's own rows, the pair, the other's rows, and one's item in the group of theirs.
  const figures = await ledger.costOf("presence of a stranger, 601 groups", () => ask(stranger));
  expect(figures).toMatchObject({ WRU: 0, RRU: 5 });
});

describe("a list of groups", () => {
  it("of 20 costs a unit more for each than one of pairs: whether one still belongs to it is read strongly", async () => {
    const [reader, ...others] = await users(21);
    for (const other of others) {
      const id = await seedGroup(deployment.table, [other.id, reader!.id]);
      await (
        await other.connect()
      ).act("send_message", { conversationId: id, content: CONTENT, afterSeq: 1 });
    }
    const list = () => reader!.http({ route: "GET /api/conversations" });
    expect(await ledger.costOf("list of 20 groups", list)).toMatchObject({ WRU: 0, RRU: 41, trips: 4 });
  });

  it("the archive: its mark once, then what the message that takes it out reads and turns, and no other send", async () => {
    const [owner, ...others] = await users(3);
    const { id } = groupIn(await groupsOf(owner!).make({ memberIds: others.map((other) => other.id) }));
    const path = { conversationId: id };
    const say = () =>
      owner!.http({
        route: "POST /api/conversations/{conversationId}/messages",
        path,
        body: { content: "hello" },
      });
    const archive = () =>
      others[0]!.http({
        route: "PATCH /api/conversations/{conversationId}/settings",
        path,
        body: { archived: true },
      });
    await say();
    const before = await ledger.costOf("send to 3, nobody has it archived", say);
    // The member's item, the mark in the head, the row and its place in the index.
    expect((await ledger.costOf("archive of a group", archive)).WRU).toBe(5);
    const waking = await ledger.costOf("send that takes it out of one archive", say);
    // The row, its place in the index and the member's item; all members are read once.
    expect(waking.WRU).toBe(before.WRU + 4);
    expect(waking.RRU).toBeLessThanOrEqual(before.RRU + 1);
    expect(await ledger.costOf("send to 3, again", say)).toMatchObject({ WRU: before.WRU, RRU: before.RRU });
  });
});
