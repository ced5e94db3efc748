import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ChatClient, ConversationHandle } from "../../index.ts";
import { eventually } from "../../../local/test/support/pace.ts";
import { startParley } from "../../../test/support/start-parley.ts";
import type { RunningCloud } from "../../../test/support/start-parley.ts";
import { People } from "./people.ts";

/** Over a real cloud: groups, one's own settings, blocks, the search, pins and reactions. */

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startParley();
});
afterAll(async () => {
  await cloud?.stop();
});

interface Company {
  readonly people: People;
  readonly alice: ChatClient;
  readonly bob: ChatClient;
  readonly carol: ChatClient;
}

async function company(): Promise<Company> {
  const people = new People(cloud);
  onTestFinished(() => people.leave());
  const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map((name) => people.online(name)));
  return { people, alice: alice!, bob: bob!, carol: carol! };
}

const listed = ({ conversations }: ChatClient, id: string) =>
  conversations.get().items.find((item) => item.id === id);
const archivedIds = ({ archived }: ChatClient) => archived.get().items.map(({ id }) => id);

/** What is sent has arrived. */
const isSent = ({ messages }: ConversationHandle, content: string) =>
  messages.get().items.find((one) => one.content === content && one.state === "sent");

test("a group is made, described, joined and left, and each member's client knows", async () => {
  const { people, alice, bob, carol } = await company();
  const group = await alice.createGroup({
    title: "Trip",
    memberIds: [people.id("bob")],
    metadata: { to: "Rome" },
  });
  group.open();
  await eventually(() => listed(bob, group.id), "the group in bob's list");
  expect(await group.addMembers([people.id("carol"), people.id("bob")])).toEqual([people.id("carol")]);
  await eventually(() => listed(carol, group.id), "the group in carol's list");
  await group.setRole(people.id("bob"), "admin");
  const bobs = bob.conversation(group.id);
  bobs.open();
  await eventually(() => bobs.details.get().myRole === "admin" || undefined, "bob's role");
  await bobs.setDetails({ title: "Trip to Rome" });
  await eventually(() => group.details.get().title === "Trip to Rome" || undefined, "the title");
  expect(group.details.get().metadata).toEqual({ to: "Rome" });
  await group.members.loadMore();
  expect(group.members.get().items.map(({ id, role }) => [id, role])).toEqual([
    [people.id("alice"), "owner"],
    [people.id("bob"), "admin"],
    [people.id("carol"), "member"],
  ]);
  await expect(bobs.removeMember(people.id("alice"))).rejects.toMatchObject({ code: "FORBIDDEN" });
  await bobs.removeMember(people.id("carol"));
  await eventually(() => !listed(carol, group.id) || undefined, "carol's list without it");
  await group.leave();
  expect(listed(alice, group.id)).toBeUndefined();
  await eventually(() => bobs.details.get().myRole === "owner" || undefined, "bob as the owner");
  await eventually(() => bobs.details.get().memberCount === 1 || undefined, "bob alone");
});

test("settings are one's own, and what is archived has a list of its own until somebody writes", async () => {
  const { people, alice, bob } = await company();
  const other = await people.online("alice");
  const toBob = await alice.direct(people.id("bob"));
  toBob.open();
  toBob.send({ content: "hello" });
  await eventually(() => isSent(toBob, "hello"), "the message");
  await toBob.setSettings({ pinned: true, mutedUntil: "2999-01-01T00:00:00.000Z" });
  await eventually(() => listed(other, toBob.id)?.pinned || undefined, "the pin on another device");
  await toBob.setSettings({ mutedUntil: null });
  await other.archived.loadMore();
  await alice.archived.loadMore();
  expect(alice.archived.get()).toEqual({ items: [], hasMore: false, loading: false, error: null });
  await toBob.setSettings({ archived: true });
  expect(listed(alice, toBob.id)).toBeUndefined();
  expect(archivedIds(alice)).toEqual([toBob.id]);
  await eventually(() => archivedIds(other).includes(toBob.id) || undefined, "another device's archive");
  // Whoever asks only now has it too.
  const third = await people.online("alice");
  await third.archived.loadMore();
  expect(archivedIds(third)).toEqual([toBob.id]);
  await third.conversation(toBob.id).setSettings({ archived: false });
  expect(archivedIds(third)).toEqual([]);
  await eventually(() => (listed(alice, toBob.id) && archivedIds(alice).length === 0) || undefined, "back");
  await toBob.setSettings({ archived: true });
  const toAlice = bob.conversation(toBob.id);
  toAlice.send({ content: "are you there?" });
  await eventually(
    () => (listed(alice, toBob.id) && archivedIds(alice).length === 0) || undefined,
    "out of the archive",
  );
});

test("whom one has blocked can neither write nor begin, and can again afterwards", async () => {
  const { people, alice, bob } = await company();
  const toBob = await alice.direct(people.id("bob"));
  expect(await alice.blocks()).toEqual([]);
  await alice.block(people.id("bob"));
  expect((await alice.blocks()).map(({ id }) => id)).toEqual([people.id("bob")]);
  await expect(alice.block(people.id("alice"))).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  const toAlice = bob.conversation(toBob.id);
  // It takes effect within ten seconds: until then what is sent arrives.
  const refused = await eventually(async () => {
    const { key } = toAlice.send({ content: "hello?" });
    return eventually(() => {
      const one = toAlice.messages.get().items.find((item) => item.key === key)!;
      return one.state === "pending" ? undefined : one.state === "failed" ? { one } : { one: undefined };
    }, "an answer").then(({ one }) => one);
  }, "a refusal");
  expect(refused.error?.code).toBe("FORBIDDEN");
  await alice.unblock(people.id("bob"));
  expect(await alice.blocks()).toEqual([]);
});

test("people are found by how their handle begins", async () => {
  const { people, alice } = await company();
  const found = await alice.searchUsers(people.id("bob").slice(0, -1));
  expect(found.map(({ id }) => id)).toEqual([people.id("bob")]);
  expect(await alice.searchUsers(`${people.id("bob")}x`)).toEqual([]);
});

test("pins are listed latest first, and who reacted page by page", async () => {
  const { people, alice, bob } = await company();
  const toBob = await alice.direct(people.id("bob"));
  toBob.open();
  for (const content of ["one", "two"]) toBob.send({ content });
  await eventually(() => isSent(toBob, "two"), "the messages");
  await toBob.pin(1, true);
  await toBob.pin(2, true);
  expect((await toBob.pins()).map(({ content }) => content)).toEqual(["two", "one"]);
  await toBob.pin(2, false);
  expect((await toBob.pins()).map(({ content }) => content)).toEqual(["one"]);
  await toBob.react(1, "👍", true);
  await bob.conversation(toBob.id).react(1, "🎉", true);
  const all = await toBob.reactions(1);
  expect(all.nextCursor).toBeNull();
  expect(all.reactions.map(({ user, emoji }) => [user.id, emoji]).toSorted()).toEqual([
    [people.id("alice"), "👍"],
    [people.id("bob"), "🎉"],
  ]);
  const { reactions } = await toBob.reactions(1, { emoji: "🎉" });
  expect(reactions.map(({ user }) => user.displayName)).toEqual(["bob"]);
});
