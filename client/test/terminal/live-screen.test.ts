import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../local/test/support/folders.ts";
import { eventually } from "../../../local/test/support/pace.ts";
import { startParley, type RunningCloud } from "../../../test/support/start-parley.ts";
import type { ChatClient, ConversationHandle } from "../../index.ts";
import { People } from "../sdk/people.ts";
import { COMMAND, KEYS, pasted } from "./pseudo-terminal.ts";
import type { PseudoTerminal, PseudoTerminalOptions } from "./pseudo-terminal.ts";
import { hasPython, startChatOnTerminal, startOnTerminal } from "./start-on-terminal.ts";

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startParley({ context: { presenceGraceSeconds: 0 } });
});
afterAll(async () => {
  await cloud?.stop();
});

const at = ({ httpUrl, wsUrl }: Pick<RunningCloud, "httpUrl" | "wsUrl">): string[] => [
  ...["--http-url", httpUrl, "--ws-url", wsUrl],
];

interface Scene {
  /** Alice's terminal, with the conversation with Bob open. */
  readonly alice: PseudoTerminal;
  /** How the client is called for it. */
  readonly args: readonly string[];
  /** Bob's side of it. */
  readonly bob: ConversationHandle;
  readonly bobsClient: ChatClient;
  readonly bobsId: string;
}

/** Bob is online, and has written `before`. */
async function play(options: PseudoTerminalOptions = {}, before: readonly string[] = []): Promise<Scene> {
  const people = new People(cloud);
  onTestFinished(() => people.leave());
  const client = await people.online("Bob");
  await people.online("Alice");
  const bob = await client.direct(people.id("Alice"));
  bob.open();
  for (const content of before) bob.send({ content });
  await eventually(() =>
    bob.messages.get().items.every(({ state }) => state === "sent") ? true : undefined,
  );
  const args = [...at(cloud), "--no-data", "--as", people.id("Alice"), "--with", people.id("Bob")];
  const alice = startChatOnTerminal(args, options);
  await alice.shows(/Bob \S+ online/);
  return { alice, args, bob, bobsClient: client, bobsId: people.id("Bob") };
}

/** What Bob has got from Alice. */
const got = ({ bob, bobsId }: Scene): string[] =>
  bob.messages
    .get()
    .items.filter(({ sender }) => sender.id !== bobsId)
    .map(({ content }) => content);

/** Without times, numbers and days. */
const said = (terminal: PseudoTerminal): string[] =>
  terminal
    .rows()
    .flatMap((row) => (/^\d\d:\d\d |^ {6}/.test(row) ? [row.replace(/^\d\d:\d\d (#\d+ )?/, "")] : []));

describe.skipIf(!hasPython)("on a terminal", () => {
  test("what comes in stands above the line that is being written, which stays as it was", async () => {
    const { alice, bob } = await play({ columns: 40 });
    // Longer than a row, in one piece, the cursor in its middle.
    alice.type(`half a line that is longer than forty columns${KEYS.left.repeat(20)}`);
    await alice.shows(/^columns/m);
    bob.send({ content: "While you write: something that is longer than forty columns, too" });
    await alice.shows("too");
    expect(said(alice)).toEqual([
      "Bob: While you write: something",
      "      that is longer than forty columns,",
      "      too",
    ]);
    await eventually(() => {
      const { row, column } = alice.cursor();
      return (row.startsWith("> half a line") && column === 27) || undefined;
    }, "the cursor where it was");
    expect(alice.rows().slice(-3)).toEqual([
      "── Bob ● online",
      "> half a line that is longer than forty",
      "columns",
    ]);
    bob.setTyping(true);
    await alice.shows("Bob is typing…");
    expect(alice.rows().slice(-2)).toEqual(["> half a line that is longer than forty", "columns"]);
    bob.setTyping(false);
    await alice.hides("is typing");
  });

  test("a line is edited by the usual keys, and what is seen is sent", async () => {
    const scene = await play({ columns: 40 });
    const { alice } = scene;
    alice.type("nobody reads this");
    await alice.shows("> nobody reads this");
    alice.type(`${KEYS.ctrlU}wide 日本語 👋x${KEYS.backspace}${KEYS.left}${KEYS.left}!${KEYS.home}so `);
    await alice.shows("> so wide 日本語! 👋");
    alice.type(KEYS.enter);
    await alice.shows("you: so wide 日本語! 👋 ✓");
    alice.type(`gone${KEYS.ctrlC}`);
    await alice.hides("gone");
    alice.type(`${KEYS.up}?${KEYS.enter}`);
    await alice.shows("you: so wide 日本語! 👋? ✓");
    await eventually(() => got(scene).length === 2 || undefined);
    expect(got(scene)).toEqual(["so wide 日本語! 👋", "so wide 日本語! 👋?"]);
    expect(said(alice)).toEqual(got(scene).map((content) => `you: ${content} ✓`));
  });

  test("lines that are pasted are one message, not sent before Enter, and press no keys", async () => {
    const scene = await play();
    const { alice } = scene;
    alice.type(pasted("one\n\ttwo\u0003\u0004\nthree"));
    await alice.shows("> one␤␉two␤three");
    alice.type(KEYS.enter);
    await alice.shows("three ✓");
    await eventually(() => got(scene).length > 0 || undefined);
    expect(got(scene)).toEqual(["one\n\ttwo\nthree"]);
  });

  test("a message moves no cursor, changes no title, and looks like no other message", async () => {
    const hostile = [
      "\u001b]0;mine now\u0007\u001b[2J\u009b2Jone",
      "two\r00:00 Bob: never said\nand this\u202e\u2066",
      `three${" ".repeat(60)}00:00 you: never said`,
    ];
    const { alice } = await play({}, hostile);
    await alice.shows("three");
    expect(alice.title()).toBe(null);
    expect(alice.printed()).not.toContain("\u001b]");
    expect(alice.printed()).not.toMatch(/\u001b\[2J|\u009b/);
    expect(said(alice)).toEqual([
      "Bob: �]0;mine now��[2J�2Jone",
      "Bob: two�00:00 Bob: never said",
      "      and this��",
      "Bob: three",
      "      00:00 you: never said",
    ]);
  });

  test("another width loses nothing of the conversation, nor of the line", async () => {
    const before = ["one of the messages before", "and another one of them"];
    const scene = await play({ columns: 60 }, before);
    const { alice } = scene;
    await alice.shows("another one of them");
    alice.type("half a line that is longer than any of the widths of this test");
    await alice.shows(/^test/m);
    for (const columns of [40, 30, 70]) {
      alice.resize(columns, 24);
      await eventually(() => {
        const text = alice.rows().slice(-4).join("").replace(/\s+/g, "");
        return text.endsWith("longerthananyofthewidthsofthistest") || undefined;
      }, `the line in ${columns} columns`);
      const text = alice.rows().join("").replace(/\s+/g, "");
      for (const content of before) expect(text.split(content.replace(/\s+/g, ""))).toHaveLength(2);
    }
    alice.type(KEYS.enter);
    await eventually(() => got(scene).length > 0 || undefined);
    expect(got(scene)).toEqual(["half a line that is longer than any of the widths of this test"]);
  });

  test("ends by Ctrl-C, Ctrl-D, SIGTERM and a crash, and leaves the terminal as it was", async () => {
    const crash = `data:text/javascript,${encodeURIComponent("process.on('SIGUSR2',()=>{throw new Error('a crash')})")}`;
    const ends: { readonly [how: string]: (terminal: PseudoTerminal) => void } = {
      "Ctrl-C": (terminal) => terminal.type(KEYS.ctrlC),
      "Ctrl-D": (terminal) => terminal.type(KEYS.ctrlD),
      SIGTERM: (terminal) => terminal.signal("SIGTERM"),
      crash: (terminal) => terminal.signal("SIGUSR2"),
    };
    const { args } = await play();
    for (const [how, end] of Object.entries(ends)) {
      const terminal = startChatOnTerminal(args, { env: { NODE_OPTIONS: `--import ${crash}` } });
      await terminal.shows(/Bob \S+ online/);
      end(terminal);
      const { code, left } = await terminal.ended;
      expect({ how, code, left }).toEqual({ how, code: how === "crash" ? 1 : 0, left: "cooked" });
      expect(terminal.printed().lastIndexOf("\u001b[?2004l")).toBeGreaterThan(
        terminal.printed().lastIndexOf("\u001b[?2004h"),
      );
      expect(terminal.rows().join("\n")).not.toMatch(/^> /m);
    }
  });

  test("Ctrl-Z gives the terminal to the shell, fg takes it back with the line that was begun", async () => {
    const scene = await play();
    const shell = startOnTerminal(["bash", "--norc", "--noprofile", "-i"]);
    await shell.shows(/[$#]$/);
    shell.type(`${[...COMMAND, ...scene.args].map((word) => `'${word}'`).join(" ")}\r`);
    await shell.shows(/Bob \S+ online/);
    shell.type(`begun${KEYS.ctrlZ}`);
    await shell.shows("Stopped");
    shell.type("stty -a | grep -o '.icanon'\r");
    await shell.shows(/^ icanon/m);
    scene.bob.send({ content: "meanwhile" });
    shell.type("fg\r");
    await shell.shows("Bob: meanwhile");
    await shell.shows("> begun");
    shell.type(` and ended${KEYS.enter}`);
    await eventually(() => got(scene).includes("begun and ended") || undefined);
  });

  test("NO_COLOR, TERM=dumb and another character set are heeded", async () => {
    const before = ["tschüß 👋"];
    const { alice, args } = await play({}, before);
    const colours = /\u001b\[\d+m/;
    await alice.shows("Bob: tschüß 👋");
    expect(alice.printed()).toMatch(colours);

    const colourless = startChatOnTerminal(args, { env: { NO_COLOR: "1" } });
    await colourless.shows("Bob: tschüß 👋");
    expect(colourless.printed()).not.toMatch(colours);

    const dumb = startChatOnTerminal(args, { env: { TERM: "dumb" } });
    await dumb.shows("Bob: tschüß 👋");
    dumb.type(`by a dumb terminal${KEYS.enter}`);
    await dumb.shows("✓ sent: by a dumb terminal");
    expect(dumb.printed()).not.toContain("\u001b");

    const eightBit = startChatOnTerminal(args, { env: { LANG: "de_DE.ISO-8859-1" } });
    await eightBit.shows("Bob: tsch?? ?");
    await eightBit.shows("-- Bob * online");
    expect(eightBit.printed()).toMatch(/^\p{ASCII}*$/u);
  });

  test("/more goes back page by page to the beginning, Tab completes, and a slip has its sentence", async () => {
    const before = Array.from({ length: 45 }, (_, at) => `message ${at + 1}.`);
    const { alice } = await play({ rows: 20 }, before);
    await alice.shows("message 45.");
    expect(said(alice).at(0)).toBe("Bob: message 26.");
    alice.type(`/mo${KEYS.tab}`);
    await alice.shows("> /more");
    alice.type(KEYS.enter);
    await alice.shows("message 6.");
    await alice.shows("message 25.");
    alice.type(`/more${KEYS.enter}`);
    await alice.shows("This is where the conversation begins.");
    const shown = said(alice).map((row) => Number(row.match(/\d+/)?.[0]));
    const pages = [...Array(45).keys()].map((at) => at + 1);
    expect(shown).toEqual([...pages.slice(25), ...pages.slice(5, 25), ...pages.slice(0, 5)]);
    alice.type(`/mroe${KEYS.enter}`);
    await alice.shows("There is no command /mroe: /help lists them.");
  });

  test("offline, a message is shown as waiting, and goes out when the server is back", async () => {
    const [dataFolder, port] = [temporaryFolder(), await freePort()];
    const start = async (): Promise<RunningCloud> => {
      const started = await startParley({ ephemeral: false, dataFolder, args: ["--port", String(port)] });
      onTestFinished(async () => void (await started.stop()));
      return started;
    };
    const url = `127.0.0.1:${port}`;
    const where = at({ httpUrl: `http://${url}`, wsUrl: `ws://${url}/local` });
    const bob = startChatOnTerminal([...where, "--no-data", "--as", "bob"]);
    await bob.shows(`Nothing answers at http://${url}. Is \`npm start\` running there?`);
    const first = await start();
    await bob.shows("Online again.");

    const alice = startChatOnTerminal([...where, "--no-data", "--as", "alice", "--with", "bob"]);
    await alice.shows("bob ● online");
    await first.stop();
    await alice.shows("── offline");
    alice.type(`written offline${KEYS.enter}`);
    await alice.shows(/^… written offline\n── offline/m);
    await start();
    await alice.shows("you: written offline ✓");
    await alice.hides("… written offline");
    await bob.shows("alice: 1 new");
    bob.type(`/open alice${KEYS.enter}`);
    await bob.shows("alice: written offline");
    await bob.hides("1 new");
  });

  test("a token command that hangs is given up by Ctrl-C", async () => {
    const hanging = startChatOnTerminal([...at(cloud), "--token-command", "sleep 1000"]);
    await hanging.shows("Waiting for a token");
    hanging.type(KEYS.ctrlC);
    expect(await hanging.ended).toEqual({ code: 1, left: "cooked" });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
