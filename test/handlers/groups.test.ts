import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createInboxStore } from "../../lambdas/store/inbox.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { groupIn, groupsOf, membersIn } from "../support/groups.ts";
import { coldStart, deployment, person, user } from "./entry-points.ts";
import type { Person } from "./person.ts";

let alice: Person;
let bob: Person;
let carol: Person;
let dave: Person;
let id: string;
beforeEach(async () => {
  [alice, bob, carol, dave] = await Promise.all([
    user({ name: "Alice" }),
    user({ name: "Bob" }),
    user({ name: "Carol" }),
    user(),
  ]);
  id = groupIn(await groupsOf(alice).make({ memberIds: [bob.id, carol.id] })).id;
  deployment.management.reset();
});

const refusal = (status: number, code: string) => ({
  status,
  body: { code, message: expect.any(String) as string },
});
/** The messages of a group's log, each as what it tells. */
const told = async (of = id) =>
  (await createMessageStore(deployment.table).listAfter(of, 0, Infinity, "strong")).map(
    ({ system }) => system,
  );
const roles = async (who = alice): Promise<object> =>
  Object.fromEntries(membersIn(await groupsOf(who).members(id)).map((member) => [member.id, member.role]));
const groupsListed = async ({ id: userId }: Person): Promise<readonly string[]> =>
  (await createInboxStore(deployment.table).listPeers(userId, null, 100)).groups;

describe("a group is made", () => {
  it("with what was asked for, its maker as its owner", async () => {
    const asked = { avatarUrl: "https://pictures.example/1", metadata: { card: 7 }, history: "from_join" };
    const answer = await groupsOf(alice).make({ ...asked, title: "Trip ⛵", memberIds: [bob.id, bob.id] });
    expect(answer.status).toBe(201);
    const made = groupIn(answer);
    expect(made).toMatchObject({
      kind: "group",
      title: "Trip ⛵",
      avatarUrl: "https://pictures.example/1",
      metadata: { card: 7 },
      otherParticipant: null,
      memberCount: 2,
      myRole: "owner",
      lastMessage: { seq: 1, content: "", type: "system", sender: { id: alice.id } },
      unreadCount: 0,
      mentionCount: 0,
      firstSeq: 1,
      lastSeq: 1,
      readSeq: 0,
    });
    expect(made.lastMessage).toMatchObject({
      system: { event: "created", userIds: [bob.id], title: "Trip ⛵" },
    });
    expect(groupIn(await groupsOf(bob).see(made.id))).toEqual({ ...made, myRole: "member" });
    for (const who of [alice, bob]) expect(await groupsListed(who)).toContain(made.id);
  });

  it("once for each name its maker gives it, however many ask at once", async () => {
    const fields = { memberIds: [bob.id], clientConversationId: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => groupsOf(alice).make(fields)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array<number>(7).fill(200), 201]);
    expect(new Set(answers.map((answer) => groupIn(answer).id)).size).toBe(1);
    await coldStart();
    const again = await groupsOf(alice).make({ ...fields, title: "Another", memberIds: [] });
    expect(again).toMatchObject({
      status: 200,
      body: { conversation: { title: "Sailing", memberCount: 2 } },
    });
    const others = await groupsOf(bob).make({ clientConversationId: fields.clientConversationId });
    expect(others.status).toBe(201);
    expect(groupIn(others).id).not.toBe(groupIn(again).id);
  });

  it.each<[string, object]>([
    ["without a title", { title: undefined }],
    ["with an empty title", { title: "" }],
    ["with a title of white space", { title: " \u200b\u2800" }],
    ["with a title of 129 characters", { title: "😀".repeat(129) }],
    ["with control characters in its title", { title: "a\u0007b" }],
    ["with two lines as its title", { title: "a\nb" }],
    ["with half a surrogate pair in its title", { title: "a\ud83d" }],
    ["of another kind", { kind: "direct" }],
    ["without members", { memberIds: undefined }],
    ["with what is no member", { memberIds: [7] }],
    ["with 1,001 members", { memberIds: Array.from({ length: 1_001 }, (_, n) => `u${n}`) }],
    ["with one member too many", { memberIds: Array.from({ length: 250 }, (_, n) => `u${n}`) }],
    ["with a picture that is none", { avatarUrl: "javascript:alert(1)" }],
    ["with metadata of 1,025 bytes", { metadata: { a: "x".repeat(1_017) } }],
    ["with metadata of six levels", { metadata: { a: { a: { a: { a: { a: {} } } } } } }],
    ["with metadata that is a list", { metadata: [] }],
    ["with a history of its own", { history: "none" }],
    ["with an empty name", { clientConversationId: "" }],
  ])("not %s", async (_, fields) => {
    expect(await groupsOf(alice).make(fields)).toMatchObject(refusal(400, "INVALID_REQUEST"));
    expect(await groupsListed(alice)).toEqual([id]);
  });

  it("not with oneself as a member, nor with metadata that names a prototype", async () => {
    expect(await groupsOf(alice).make({ memberIds: [bob.id, alice.id] })).toMatchObject(
      refusal(400, "INVALID_REQUEST"),
    );
    const metadata = JSON.parse('{"__proto__":{}}') as object;
    expect(await groupsOf(alice).make({ metadata })).toMatchObject(refusal(400, "INVALID_REQUEST"));
  });

  it("not with a member nobody knows: then nothing is made, nor is the name taken", async () => {
    const name = randomUUID();
    for (const stranger of [randomUUID(), "", "x".repeat(256)].filter((one) => one !== "")) {
      const made = await groupsOf(alice).make({ memberIds: [bob.id, stranger], clientConversationId: name });
      expect(made).toMatchObject(refusal(404, "NOT_FOUND"));
    }
    expect(await groupsListed(bob)).toEqual([id]);
    expect((await groupsOf(alice).make({ clientConversationId: name })).status).toBe(201);
  });

  it("and told to every connection of all who belong to it", async () => {
    const devices = await Promise.all([alice.connect(), bob.connect(), bob.connect(), dave.connect()]);
    const made = groupIn(await groupsOf(alice).make({ memberIds: [bob.id] }));
    expect(devices.map(({ received }) => received)).toEqual([
      [{ type: "conversation_added", conversation: made }],
      ...Array<object>(2).fill([{ type: "conversation_added", conversation: { ...made, myRole: "member" } }]),
      [],
    ]);
  });
});

describe("a group is changed", () => {
  it("in what it says of itself, by owner and admins; what is left out stays", async () => {
    await groupsOf(alice).role(id, bob.id, "admin");
    const answer = await groupsOf(bob).change(id, { title: "Rowing", metadata: { a: 1 } });
    expect(answer).toMatchObject({
      status: 200,
      body: { conversation: { title: "Rowing", metadata: { a: 1 } } },
    });
    const cleared = await groupsOf(alice).change(id, { metadata: null });
    expect(groupIn(cleared)).toMatchObject({ title: "Rowing", metadata: null, lastSeq: 4 });
    expect((await told()).slice(2)).toEqual([
      { event: "details_changed", title: "Rowing", metadata: { a: 1 } },
      { event: "details_changed", metadata: null },
    ]);
  });

  it("not where it is so already", async () => {
    expect(groupIn(await groupsOf(alice).change(id, { title: "Sailing" })).lastSeq).toBe(1);
    expect(await groupsOf(alice).add(id, [bob.id, carol.id, alice.id])).toMatchObject({
      status: 200,
      body: { added: [] },
    });
    expect((await groupsOf(alice).role(id, bob.id, "member")).status).toBe(200);
    expect(await told()).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ["nothing", {}],
    ["a title that is none", { title: null }],
    ["an empty title", { title: "" }],
    ["a title of 129 characters", { title: "x".repeat(129) }],
    ["a picture that is none", { avatarUrl: "ftp://x" }],
    ["metadata that is a number", { metadata: 1 }],
  ])("not to %s", async (_, body) => {
    expect(await groupsOf(alice).change(id, body)).toMatchObject(refusal(400, "INVALID_REQUEST"));
    expect(await told()).toHaveLength(1);
  });
});

describe("members", () => {
  it("are added by owner and admins, those there already left out", async () => {
    const answer = await groupsOf(alice).add(id, [bob.id, dave.id, dave.id]);
    expect(answer).toMatchObject({ status: 200, body: { added: [dave.id] } });
    expect(groupIn(await groupsOf(dave).see(id))).toMatchObject({
      memberCount: 4,
      myRole: "member",
      readSeq: 2,
      unreadCount: 0,
      firstSeq: 1,
    });
    expect(await groupsListed(dave)).toEqual([id]);
    expect(await groupsOf(bob).add(id, [dave.id])).toMatchObject(refusal(403, "FORBIDDEN"));
  });

  it("see what was said before only where the group shows it", async () => {
    const made = groupIn(await groupsOf(alice).make({ history: "from_join" })).id;
    await groupsOf(alice).add(made, [bob.id]);
    expect(groupIn(await groupsOf(bob).see(made))).toMatchObject({
      firstSeq: 3,
      lastSeq: 2,
      lastMessage: null,
    });
    expect(groupIn(await groupsOf(alice).see(made))).toMatchObject({ firstSeq: 1 });
  });

  it.each<[string, unknown]>([
    ["nobody", []],
    ["101 at once", Array.from({ length: 101 }, (_, n) => `u${n}`)],
    ["what is no id", [7]],
    ["no list", "bob"],
  ])("are not added: %s", async (_, userIds) => {
    expect(await groupsOf(alice).add(id, userIds)).toMatchObject(refusal(400, "INVALID_REQUEST"));
  });

  it("are not added where one is unknown, nor beyond the most there may be", async () => {
    expect(await groupsOf(alice).add(id, [dave.id, randomUUID()])).toMatchObject(refusal(404, "NOT_FOUND"));
    expect(await roles()).not.toHaveProperty(dave.id);
  });

  it("are listed by role, then by joining, page by page", async () => {
    await groupsOf(alice).add(id, [dave.id]);
    await groupsOf(alice).role(id, dave.id, "admin");
    const founders = [bob.id, carol.id].sort();
    const all = membersIn(await groupsOf(bob).members(id));
    expect(all.map((member) => member.id)).toEqual([alice.id, dave.id, ...founders]);
    expect(all[0]).toMatchObject({ displayName: "Alice", role: "owner", readSeq: 0 });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await groupsOf(bob).members(id, { limit: "3", cursor });
      seen.push(...membersIn(page).map((member) => member.id));
      cursor = (page.body as { nextCursor: string | null }).nextCursor;
    }
    expect(seen).toEqual(all.map((member) => member.id));
    expect(await groupsOf(bob).members(id, { cursor: "nonsense" })).toMatchObject(
      refusal(400, "INVALID_REQUEST"),
    );
    expect(await groupsOf(bob).members(id, { limit: "0" })).toMatchObject(refusal(400, "INVALID_REQUEST"));
  });

  it("are removed by whoever is above them, and are then strangers", async () => {
    await groupsOf(alice).role(id, bob.id, "admin");
    expect(await groupsOf(bob).remove(id, alice.id)).toMatchObject(refusal(403, "FORBIDDEN"));
    expect(await groupsOf(carol).remove(id, bob.id)).toMatchObject(refusal(403, "FORBIDDEN"));
    expect(await groupsOf(bob).remove(id, carol.id)).toMatchObject({ status: 204, body: null });
    expect(await groupsOf(bob).remove(id, carol.id)).toMatchObject({ status: 204 });
    expect(await told()).toHaveLength(3);
    expect(await groupsOf(bob).remove(id, dave.id)).toMatchObject(refusal(404, "NOT_FOUND"));
    expect(await groupsListed(carol)).toEqual([]);
    for (const answer of [
      await groupsOf(carol).see(id),
      await groupsOf(carol).members(id),
      await groupsOf(carol).change(id, { title: "Mine" }),
      await groupsOf(carol).add(id, [carol.id]),
      await groupsOf(carol).remove(id, carol.id),
      await groupsOf(carol).role(id, carol.id, "owner"),
    ]) {
      expect(answer).toMatchObject(refusal(403, "FORBIDDEN"));
    }
    await groupsOf(alice).add(id, [carol.id]);
    expect(groupIn(await groupsOf(carol).see(id))).toMatchObject({ myRole: "member", readSeq: 4 });
  });

  it("are given roles by the owner, who hands the group over", async () => {
    expect(await groupsOf(bob).role(id, bob.id, "admin")).toMatchObject(refusal(403, "FORBIDDEN"));
    expect(await groupsOf(alice).role(id, alice.id, "member")).toMatchObject(refusal(409, "CONFLICT"));
    expect(await groupsOf(alice).role(id, dave.id, "admin")).toMatchObject(refusal(404, "NOT_FOUND"));
    expect(await groupsOf(alice).role(id, bob.id, "king")).toMatchObject(refusal(400, "INVALID_REQUEST"));
    expect(await groupsOf(alice).role(id, bob.id, "owner")).toMatchObject({
      status: 200,
      body: { member: { id: bob.id, displayName: "Bob", role: "owner" } },
    });
    expect(await roles()).toEqual({ [bob.id]: "owner", [alice.id]: "admin", [carol.id]: "member" });
    // The last admin takes nothing from themselves either: roles are the owner's to give.
    expect(await groupsOf(alice).role(id, alice.id, "member")).toMatchObject(refusal(403, "FORBIDDEN"));
  });

  it("leave; of an owner who does the oldest admin, else the oldest member follows", async () => {
    await groupsOf(alice).role(id, carol.id, "admin");
    expect((await groupsOf(alice).remove(id, alice.id)).status).toBe(204);
    expect(await roles(bob)).toEqual({ [carol.id]: "owner", [bob.id]: "member" });
    expect((await groupsOf(carol).remove(id, carol.id)).status).toBe(204);
    expect(await roles(bob)).toEqual({ [bob.id]: "owner" });
    expect((await groupsOf(bob).remove(id, bob.id)).status).toBe(204);
    for (const who of [alice, bob, carol, dave]) {
      expect(await groupsOf(who).see(id)).toMatchObject(refusal(403, "FORBIDDEN"));
    }
  });
});

describe("whoever it concerns is told", () => {
  const entered = async (who: Person) => {
    const device = await who.connect();
    return device;
  };

  it("of what has happened, as of any message; who comes, that it is theirs; who goes, that it is no more", async () => {
    const [a, b, d] = await Promise.all([entered(alice), entered(bob), entered(dave)]);
    await groupsOf(alice).add(id, [dave.id]);
    expect(d.received).toMatchObject([
      { type: "conversation_added", conversation: { id, myRole: "member", memberCount: 4 } },
    ]);
    for (const device of [a, b]) {
      expect(device.received).toMatchObject([
        {
          type: "conversation_updated",
          conversationId: id,
          unreadCount: 0,
          lastSeq: 2,
          lastMessage: { type: "system", system: { event: "members_added", userIds: [dave.id] } },
        },
      ]);
    }
    deployment.management.reset();
    await groupsOf(alice).remove(id, dave.id);
    expect(d.received).toEqual([{ type: "conversation_removed", conversationId: id }]);
    deployment.management.reset();
    await groupsOf(alice).change(id, { title: "Rowing" });
    expect(d.received).toEqual([]);
    expect(b.received).toMatchObject([{ type: "conversation_updated", lastSeq: 4 }]);
  });
});

describe("a conversation of two", () => {
  it("has no members to change and no details, and is shown to its two alone", async () => {
    const pair = await alice.conversationWith(bob);
    expect(await groupsOf(alice).see(pair)).toMatchObject({
      status: 200,
      body: { conversation: { id: pair, otherParticipant: { id: bob.id } } },
    });
    for (const answer of [
      await groupsOf(alice).members(pair),
      await groupsOf(alice).change(pair, { title: "Us" }),
      await groupsOf(alice).add(pair, [carol.id]),
      await groupsOf(alice).remove(pair, alice.id),
      await groupsOf(alice).role(pair, bob.id, "admin"),
    ]) {
      expect(answer).toMatchObject(refusal(409, "CONFLICT"));
    }
    expect(await groupsOf(carol).see(pair)).toMatchObject(refusal(403, "FORBIDDEN"));
    expect(await groupsOf(carol).members(pair)).toMatchObject(refusal(403, "FORBIDDEN"));
  });

  it("or a group that does not exist is not found", async () => {
    const stranger = person();
    for (const none of ["x", "A".repeat(22)]) {
      expect(await groupsOf(stranger).see(none)).toMatchObject(refusal(404, "NOT_FOUND"));
      expect(await groupsOf(alice).members(none)).toMatchObject(refusal(404, "NOT_FOUND"));
      expect(await groupsOf(alice).add(none, [bob.id])).toMatchObject(refusal(404, "NOT_FOUND"));
    }
  });
});
