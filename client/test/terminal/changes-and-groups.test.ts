import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../../local/test/support/pace.ts";
import { startParley, type RunningCloud } from "../../../test/support/start-parley.ts";
import { People } from "../sdk/people.ts";
import { KEYS } from "./pseudo-terminal.ts";
import { hasPython, startChatOnTerminal } from "./start-on-terminal.ts";
import { startTerminal } from "./start-terminal.ts";

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startParley({ context: { presenceGraceSeconds: 0 } });
});
afterAll(async () => {
  await cloud?.stop();
});

const as = (userId: string, ...more: string[]): string[] => [
  ...["--http-url", cloud.httpUrl, "--ws-url", cloud.wsUrl, "--no-data", "--as", userId],
  ...more,
];

function makePeople(): People {
  const people = new People(cloud);
  onTestFinished(() => people.leave());
  return people;
}

describe.skipIf(!hasPython)("on a terminal", () => {
  test("what one answers, changes, reacts to, pins and deletes, the other one sees", async () => {
    const people = makePeople();
    await people.online("Alice");
    await people.online("Bob");
    const [alice, bob] = [
      startChatOnTerminal(as(people.id("Alice"), "--with", people.id("Bob"))),
      startChatOnTerminal(as(people.id("Bob"), "--with", people.id("Alice"))),
    ];
    await alice.shows(/Bob \S+ online/);
    await bob.shows(/Alice \S+ online/);
    alice.type(`Tea?${KEYS.enter}`);
    await bob.shows("#1 Alice: Tea?");
    bob.type(`/reply 1 Yes!${KEYS.enter}`);
    await alice.shows(/#2 Bob: ↪ you: Tea\?\n {6}Yes!/);
    alice.type(`/edit Coffee?${KEYS.enter}`);
    await bob.shows("changed #1: Coffee?");
    bob.type(`/react #1 👍${KEYS.enter}`);
    await alice.shows("reactions #1: 👍");
    bob.type(`/pin 1${KEYS.enter}`);
    await bob.shows("pinned #1");
    bob.type(`/history${KEYS.enter}`);
    await bob.shows("#1 Alice: Coffee? (edited) 👍 📌");
    bob.type(`/react 1 👍${KEYS.enter}`);
    await alice.shows("reactions #1: none");
    bob.type(`/edit 1 Beer?${KEYS.enter}`);
    await bob.shows("#1 is not changed: ");
    bob.type(`/edit 2 2 spoons${KEYS.enter}`);
    await alice.shows("changed #2: 2 spoons");
    alice.type(`/delete 1${KEYS.enter}`);
    await bob.shows("deleted #1");
    bob.type(`/history${KEYS.enter}`);
    await bob.shows("#1 Alice: (deleted)");
    bob.type(`/delete 7${KEYS.enter}`);
    await bob.shows("There is no message #7 here");
  });

  test("a group is made, renamed, added to and left", async () => {
    const people = makePeople();
    const [bobsId, carolsId] = [people.id("Bob"), people.id("Carol")];
    for (const name of ["Alice", "Carol"]) await people.online(name);
    const bobsClient = await people.online("Bob");
    const alice = startChatOnTerminal(as(people.id("Alice")));
    await alice.shows("/open USER begins");
    alice.type(`/group Tea: 4 o'clock: ${bobsId}${KEYS.enter}`);
    await alice.shows("#1 * You made the group with Bob");
    const group = await eventually(
      () => bobsClient.conversations.get().items.find(({ title }) => title === "Tea: 4 o'clock"),
      "the group in Bob's list",
    );
    const bobs = bobsClient.conversation(group.id);
    bobs.open();
    bobs.send({ content: "I am in" });
    await alice.shows("#2 Bob: I am in");
    alice.type(`/rename Tea${KEYS.enter}`);
    await alice.shows("* You named the group “Tea”");
    const carol = startChatOnTerminal(as(carolsId));
    await carol.shows("/open USER begins");
    alice.type(`/add ${carolsId}${KEYS.enter}`);
    await carol.shows("You are in the group Tea now (/open Tea)");
    carol.type(`/open Tea${KEYS.enter}`);
    await carol.shows("#2 Bob: I am in");
    carol.type(`Hello all${KEYS.enter}`);
    await alice.shows("Carol: Hello all");
    alice.type(`/members${KEYS.enter}`);
    await alice.shows(`(${people.id("Alice")}), owner`);
    await alice.shows(`Bob (${bobsId})`);
    carol.type(`/remove ${bobsId}${KEYS.enter}`);
    await carol.shows("That was not done: ");
    carol.type(`/leave${KEYS.enter}`);
    await carol.shows("You are no longer in Tea.");
    await alice.shows("* Carol left");
    alice.type(`/remove ${bobsId}${KEYS.enter}`);
    await alice.shows("* You removed Bob");
    await eventually(
      () => !bobsClient.conversations.get().items.some(({ id }) => id === group.id) || undefined,
      "Bob without the group",
    );
  });
});

test("one mutes, archives, blocks, gives roles, and sees what is pinned", async () => {
  const people = makePeople();
  const [aliceId, bobId] = [people.id("Alice"), people.id("Bob")];
  await people.online("Bob");
  await people.online("Alice");
  const alice = startTerminal(as(aliceId, "--with", bobId));
  await alice.shows("Online.");
  const say = async (line: string, answer: string): Promise<void> => {
    alice.write(`${line}\n`);
    await alice.shows(answer);
  };
  await say("/pins", "Nothing is pinned in Bob.");
  await say("keep this", "sent: keep this");
  await say("/pin 1", "pinned #1");
  await say("/pins", "you: keep this 📌");
  await say("/mute", "Bob is muted.");
  await say("/mute", "Bob is muted no more.");
  await say("/archive list", "Nothing is archived.");
  await say("/archive", "Bob is archived.");
  await say("/archive list", `Bob (${bobId})`);
  await say("/archive", "Bob is listed again.");
  await say("/block", "You have blocked nobody.");
  await say(`/block ${bobId}`, `${bobId} is blocked.`);
  await say("/block", `  Bob (${bobId})`);
  await say(`/block ${bobId}`, `${bobId} is blocked no more.`);
  await say(`/group Tea: ${bobId}`, "You made the group with");
  await say(`/role ${bobId}`, "/role needs the id of a member");
  await say(`/role ${bobId} admin`, "an admin");
});

test("/join brings whoever is named into the group of the local cloud", async () => {
  const people = makePeople();
  const [aliceId, bobId] = [people.id("Alice"), people.id("Bob")];
  const where = ["--http-url", cloud.httpUrl, "--ws-url", cloud.wsUrl, "--no-data"];
  const [alice, bob] = [startTerminal([aliceId, ...where]), startTerminal([bobId, ...where])];
  for (const one of [alice, bob]) {
    await one.shows("/join brings you into the group Lobby");
    await one.shows("Online.");
    one.write("/join\n");
  }
  for (const one of [alice, bob]) await one.shows("Lobby host added you");
  alice.write("hello all\n");
  await bob.shows(`${aliceId}: hello all`);
});

test("--plain numbers its messages, and prints a line for each change", async () => {
  const people = makePeople();
  const bob = await people.online("Bob");
  await people.online("Alice");
  const withAlice = await bob.direct(people.id("Alice"));
  withAlice.open();
  const alice = startTerminal(as(people.id("Alice"), "--with", people.id("Bob"), "--plain"));
  withAlice.send({ content: "one" });
  await alice.shows("\tone\t#1\n");
  await eventually(
    () => withAlice.messages.get().items[0]?.state === "sent" || undefined,
    "the message sent",
  );
  await withAlice.edit(1, { content: "one\nand more" });
  await alice.shows("changed #1: one\\nand more\n");
  await withAlice.react(1, "👍", true);
  await alice.shows("reactions #1: 👍\n");
  await withAlice.pin(1, true);
  await alice.shows("pinned #1\n");
  await withAlice.delete(1);
  await alice.shows("deleted #1\n");
  expect(alice.output().split("\n").slice(1)).toEqual([
    "changed #1: one\\nand more",
    "reactions #1: 👍",
    "pinned #1",
    "deleted #1",
    "",
  ]);
});

test("--with takes the title of a group", async () => {
  const people = makePeople();
  await people.online("Alice");
  const bob = await people.online("Bob");
  const group = await bob.createGroup({ title: "Tea time", memberIds: [people.id("Alice")] });
  group.send({ content: "Here?" });
  const alice = startTerminal(as(people.id("Alice"), "--with", "Tea time", "--plain"));
  await alice.shows(`\t${people.id("Bob")} made the group with ${people.id("Alice")}\t#1\n`);
  await alice.shows("\tHere?\t#2\n");
});
