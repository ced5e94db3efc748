import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../../local/test/support/pace.ts";
import { temporaryFolder } from "../../../local/test/support/folders.ts";
import { startParley, type RunningCloud } from "../../../test/support/start-parley.ts";
import { tokenFor } from "../../../test/support/person.ts";
import { startTerminal } from "./start-terminal.ts";

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startParley({ context: { presenceGraceSeconds: 0 } });
});
afterAll(async () => {
  await cloud?.stop();
});

/** Two users of this test alone, known to the server. */
async function makePair(): Promise<{ readonly alice: string; readonly bob: string }> {
  const [alice, bob] = [`alice-${randomUUID().slice(0, 8)}`, `bob-${randomUUID().slice(0, 8)}`];
  for (const userId of [alice, bob]) await signIn(userId);
  return { alice, bob };
}

async function signIn(userId: string): Promise<string> {
  const token = await tokenFor(cloud, { userId });
  await fetch(`${cloud.httpUrl}/api/conversations`, { headers: { authorization: `Bearer ${token}` } });
  return token;
}

const at = ({ httpUrl, wsUrl }: RunningCloud): string[] => ["--http-url", httpUrl, "--ws-url", wsUrl];
const plain = (as: string, withUser: string, ...more: string[]): string[] => [
  ...at(cloud),
  ...["--as", as, "--with", withUser, "--plain", "--no-data", ...more],
];

/** Sender and text of each message. */
const said = (output: string): string[] =>
  output
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => line.split("\t").slice(1, 3).join(": "));

test("alice and bob chat through pipes, a message a line", async () => {
  const { alice, bob } = await makePair();
  const [one, other] = [startTerminal(plain(alice, bob)), startTerminal(plain(bob, alice))];
  one.write("Hello Bob!\n");
  await other.shows("Hello Bob!");
  other.write("Hello \\ Alice\n");
  await one.shows("Hello \\\\ Alice");
  one.end();
  other.end();
  expect(await Promise.all([one.ended, other.ended])).toEqual([0, 0]);
  const expected = [`${alice}: Hello Bob!`, `${bob}: Hello \\\\ Alice`];
  expect(said(one.output())).toEqual(expected);
  expect(said(other.output())).toEqual(expected);
});

test("what was missed is printed at the next start, once, and --history shows it again", async () => {
  const { alice, bob } = await makePair();
  const one = startTerminal(plain(alice, bob));
  one.write("first\nsecond\n");
  one.end();
  expect(await one.ended).toBe(0);

  const other = startTerminal(plain(bob, alice, "--follow"));
  other.end();
  await other.shows("second");
  other.interrupt();
  await other.ended;
  expect(said(other.output())).toEqual([`${alice}: first`, `${alice}: second`]);

  const again = startTerminal(plain(bob, alice, "--history", "1", "--follow"));
  again.end();
  await again.shows("second");
  again.interrupt();
  await again.ended;
  expect(said(again.output())).toEqual([`${alice}: second`]);
});

test("a message of others moves no cursor and makes no second line", async () => {
  const { alice, bob } = await makePair();
  const aliceToken = await signIn(alice);
  const call = (path: string, body: object) =>
    fetch(`${cloud.httpUrl}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${aliceToken}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const answer = await call("/api/conversations/find-or-create", { otherUserId: bob });
  const { conversationId } = (await answer.json()) as { conversationId: string };
  await call(`/api/conversations/${conversationId}/messages`, {
    content: "\u001b]0;title\u0007\u001b[2Jone\ntwo\u202e",
    clientMessageId: "a",
  });
  const other = startTerminal(plain(bob, alice, "--follow"));
  await other.shows("two");
  expect(said(other.output())).toEqual([`${alice}: �]0;title��[2Jone\\ntwo�`]);
});

test("a message written while the server is away is pending, and goes out by the next process", async () => {
  const dataFolder = temporaryFolder();
  const kept = temporaryFolder();
  const start = async () => {
    const started = await startParley({ ephemeral: false, dataFolder });
    onTestFinished(async () => {
      await started.stop();
    });
    return started;
  };
  const first = await start();
  const { alice, bob } = { alice: "alice", bob: "bob" };
  for (const userId of [alice, bob]) {
    const token = await tokenFor(first, { userId });
    await fetch(`${first.httpUrl}/api/conversations`, { headers: { authorization: `Bearer ${token}` } });
  }
  // The port changes from start to start; what is kept belongs to the name of the server.
  const port = new URL(first.httpUrl).port;
  const args = [...at(first), "--as", alice, "--with", bob, "--plain", "--data", kept];
  const before = startTerminal(args);
  before.write("while it runs\n");
  await before.shows(`${alice}\twhile it runs`);
  await first.stop();
  before.write("while it is away\n");
  await before.shows("pending\twhile it is away");
  before.interrupt();
  await before.ended;
  expect(before.notices()).toContain("1 not sent yet: kept, and sent at the next start.");

  const offline = startTerminal(args);
  await offline.shows("pending\twhile it is away");
  expect(offline.notices()).toContain(`Nothing answers at ${first.httpUrl}.`);
  offline.end();

  const second = await startParley({ ephemeral: false, dataFolder, args: ["--port", port] });
  onTestFinished(async () => {
    await second.stop();
  });
  expect(await offline.ended).toBe(0);
  const reader = startTerminal([
    ...at(second),
    "--as",
    bob,
    "--with",
    alice,
    "--plain",
    "--no-data",
    "--follow",
  ]);
  await reader.shows("while it is away");
  expect(said(reader.output())).toEqual(["alice: while it runs", "alice: while it is away"]);
});

test("a second process as the same user says that it keeps nothing", async () => {
  const { alice, bob } = await makePair();
  const args = [...at(cloud), "--as", alice, "--with", bob, "--plain", "--data", temporaryFolder()];
  const first = startTerminal(args);
  first.write("one\n");
  await first.shows("one");
  const second = startTerminal(args);
  await second.shows(`Another one runs as ${alice} (process `);
});

test("a token command serves as well as --as, and each way it fails has its sentence", async () => {
  const { alice, bob } = await makePair();
  const token = await signIn(alice);
  const run = (command: string) =>
    startTerminal([...at(cloud), "--with", bob, "--plain", "--no-data", "--token-command", command]);
  const good = run(`echo ${token}`);
  good.write("by a command\n");
  good.end();
  expect(await good.ended).toBe(0);
  expect(said(good.output())).toEqual([`${alice}: by a command`]);

  const failing = run("echo 'not logged in' >&2; exit 3");
  expect(await failing.ended).toBe(1);
  expect(failing.notices()).toBe("The token command ended with exit code 3, and said: not logged in\n");
  const babbling = run("echo hello");
  expect(await babbling.ended).toBe(1);
  expect(babbling.notices()).toBe(
    "The token command printed something that is no token (a JWT with a sub).\n",
  );
});

test("somebody who does not exist, and a wrong call, have their sentences", async () => {
  const { alice } = await makePair();
  const stranger = startTerminal(plain(alice, "nobody-at-all"));
  expect(await stranger.ended).toBe(1);
  expect(stranger.notices()).toBe(
    'There is no user "nobody-at-all": people exist once they have signed in.\n',
  );
  const wrong = startTerminal(["--plain", "--as", "alice"]);
  expect(await wrong.ended).toBe(2);
  expect(wrong.notices()).toBe("--plain needs --with USER: whom the lines are for.\n");
});

test("by commands: list, open, history, who, and what is refused", async () => {
  const { alice, bob } = await makePair();
  const session = (as: string) => startTerminal([...at(cloud), "--as", as, "--no-data"]);
  const one = session(alice);
  one.write("/help\nhello?\n/nonsense\n");
  await one.shows("/discard         takes back what was refused");
  await one.shows("Nobody to send it to: /open USER first");
  await one.shows("There is no command /nonsense");
  one.write(`/list\n/open ${bob}\nHello!\n`);
  await one.shows("✓ sent: Hello!");

  const other = session(bob);
  await other.shows("Online.");
  await eventually(() => {
    other.write("/list\n");
    return other.output().includes(`● ${alice} [1 new]  Hello!`) || undefined;
  }, "the list with alice in it");
  other.write(`/open ${alice}\n`);
  await other.shows(`${alice}: Hello!`);
  await one.shows("✓✓ read: Hello!");
  other.write("/who\n/history 1\n");
  await other.shows(`${alice} is online.`);
  other.write(`${"x".repeat(2001)}\n`);
  await other.shows("✗ not sent (/retry or /discard)");
  one.write("/quit\n");
  expect(await one.ended).toBe(0);
  other.end();
  expect(await other.ended).toBe(0);
});
