import { describe, expect, test } from "vitest";
import type { ChatMessage, Conversation } from "../../../index.ts";
import { FakeServer } from "../fakes.ts";
import { findingsOf } from "./findings.ts";
import type { Seen, Truth } from "./findings.ts";
import { Watch } from "./watch.ts";

const COUNT = 6;

/** Alice and bob have written in turn; both have and know everything. */
function told(): { readonly sides: readonly [Seen, Seen]; readonly truth: Truth } {
  const server = new FakeServer();
  for (let index = 0; index < COUNT; index += 1) {
    const name = index % 2 ? "bob" : "alice";
    server.append("c", name, `${name} ${Math.floor(index / 2)}`, `${name}-${Math.floor(index / 2)}`);
  }
  const log = server.logs.get("c")!;
  const listed = { id: "c", lastMessage: log.at(-1), lastSeq: COUNT, readSeq: 4, unreadCount: 0 };
  const side = (name: string): Seen => ({
    name,
    items: log.map((message) => ({ ...message, state: "sent", key: message.clientMessageId! })),
    listed: listed as unknown as Conversation,
    told: [...log],
    written: [0, 1, 2].map((index) => `${name}-${index}`),
  });
  const truth = { log, listed: new Map([side("alice"), side("bob")].map((one) => [one.name, one.listed])) };
  return { sides: [side("alice"), side("bob")], truth };
}

/** What is found where alice's side is another. */
function foundWith(change: (alice: Seen) => Partial<Seen>): string[] {
  const { sides, truth } = told();
  const [alice, bob] = sides;
  return findingsOf([{ ...alice, ...change(alice) }, bob], truth);
}

const swapped = <T>(list: readonly T[], at: number, other: number): T[] =>
  list.map((one, index) => (index === at ? list[other]! : index === other ? list[at]! : one));

describe("what is wrong in the end is found", () => {
  test("nothing, where nothing is", () => {
    expect(foundWith(() => ({}))).toEqual([]);
  });

  test.each<[string, (alice: Seen) => Partial<Seen>, string]>([
    ["a loss", ({ items }) => ({ items: items.filter(({ seq }) => seq !== 3) }), "alice shows 5 of 6"],
    ["a loss at the end", ({ items }) => ({ items: items.slice(0, -1) }), "alice misses 1 of bob's"],
    [
      "a duplicate",
      ({ items }) => ({ items: [...items.slice(0, 3), items[2]!, ...items.slice(3)] }),
      "alice shows holes, doubles or disorder",
    ],
    [
      "one stored twice",
      ({ items }) => ({ items: [...items, { ...items[0]!, seq: COUNT + 1, id: "another" }] }),
      "alice shows alice's not in the order of the calls",
    ],
    [
      "another order",
      ({ items }) => ({ items: swapped(items, 0, 1) }),
      "alice shows holes, doubles or disorder",
    ],
    [
      "another order of the calls",
      ({ written }) => ({ written: swapped(written, 0, 1) }),
      "alice shows alice's under other ids",
    ],
    [
      "one that is not sent",
      ({ items }) => ({
        items: items.map((item) => ({ ...item, state: item.seq === 2 ? "failed" : "sent" })),
      }),
      "alice shows 1 that are not sent",
    ],
    [
      "another content",
      ({ items }) => ({
        items: items.map((item) => (item.seq === 2 ? { ...item, content: "bob 7" } : item)),
      }),
      "alice shows another content than the server in 1",
    ],
    [
      "a tick that the server does not know",
      ({ items }) => ({ items: items.map((item) => ({ ...item, readAt: "2026-01-01T00:00:00.000Z" })) }),
      "alice shows another state of reading than the server in 3",
    ],
    ["a telling twice", ({ told: all }) => ({ told: [...all, all[0]!] }), "alice was told twice"],
    ["a silence", ({ told: all }) => ({ told: all.slice(0, -1) }), "alice was told only 5 of 6"],
    [
      "news out of order",
      ({ told: all }) => ({ told: swapped(all, 2, 3) }),
      "alice was not told each in its order",
    ],
    ["no item in the list", () => ({ listed: undefined }), "alice does not list the conversation"],
    [
      "a count of unread ones",
      ({ listed }) => ({ listed: { ...listed!, unreadCount: 3 } }),
      "alice lists another unreadCount: 3, not 0",
    ],
    [
      "a read position",
      ({ listed }) => ({ listed: { ...listed!, readSeq: 3 } }),
      "alice lists another readSeq: 3, not 4",
    ],
  ])("%s", (_, change, finding) => {
    expect(foundWith(change)).toContain(finding);
  });

  test("a loss that all agree upon", () => {
    const { sides, truth } = told();
    const without = sides.map((side) => ({
      ...side,
      items: side.items.slice(0, -1),
      told: side.told.slice(0, -1),
    }));
    expect(findingsOf(without, { ...truth, log: truth.log.slice(0, -1) })).toContain("the server has 5 of 6");
  });
});

describe("what is wrong for a moment is found", () => {
  function watched(...moments: readonly (readonly ChatMessage[])[]): string[] {
    const client = new FakeServer().client();
    const watch = new Watch(client, client.conversation("c"));
    for (const items of moments) watch.look(items);
    return [...watch.findings.keys()];
  }
  const [first, second, third] = told().sides[0].items as [ChatMessage, ChatMessage, ChatMessage];
  const pending: ChatMessage = { ...third, id: third.key, seq: 0, state: "pending" };

  test("nothing, where one goes from pending to sent behind another's", () => {
    expect(watched([first], [first, pending], [first, second, pending], [first, second, third])).toEqual([]);
  });

  test.each<[string, readonly (readonly ChatMessage[])[], string]>([
    ["a key twice", [[first, third, pending]], "showed a key twice"],
    ["a copy beside what is sent", [[third, { ...pending, key: "another" }]], "showed a message twice"],
    ["a seq that falls", [[second, first]], "showed a seq that does not rise"],
    ["something behind what is pending", [[pending, second]], "showed a seq that does not rise"],
    ["a failure", [[{ ...pending, state: "failed" }]], "showed one as failed"],
    ["a disappearance", [[first, pending], [first]], "no more showed what it had shown"],
    [
      "a relapse",
      [
        [first, third],
        [first, pending],
      ],
      "took back that one was sent, or where it stands",
    ],
    [
      "calls that cross",
      [[first, { ...third, content: "alice 2" }, { ...pending, key: "another", content: "alice 1" }]],
      "showed a sender's not in the order of the calls",
    ],
  ])("%s", (_, moments, finding) => {
    expect(watched(...moments)).toContain(finding);
  });

  test("an event that comes again", () => {
    const client = new FakeServer().client();
    const watch = new Watch(client, client.conversation("c"));
    for (const readSeq of [3, 4, 4]) watch.heard("messages_read c bob", readSeq);
    expect([...watch.findings]).toEqual([["was told twice: messages_read", 1]]);
  });
});
