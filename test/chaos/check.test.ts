import { describe, expect, test } from "vitest";
import type { Journal, Violation } from "./journal.ts";
import {
  changed,
  CONVERSATION,
  known,
  listed,
  LOG,
  message,
  story,
  timeOf,
  verdict,
  type Story,
} from "./story.ts";

describe("the checker", () => {
  test("finds nothing wrong where nothing is", () => {
    expect(verdict(story())).toEqual([]);
  });

  test.each<[string, Violation["kind"], (tale: Story) => void]>([
    ["an acked message that is not stored", "lost", (tale) => known(tale, LOG.slice(0, 2))],
    ["a hole", "lost", (tale) => known(tale, [message(1), changed(3, {})])],
    [
      "a message that is stored twice",
      "doubled",
      (tale) => known(tale, [...LOG, changed(4, { ...message(1), id: "m4", seq: 4, createdAt: timeOf(4) })]),
    ],
    [
      "a repeat that is answered as another message",
      "doubled",
      ({ intents, journal }) =>
        void intents[0]!.acks.push({
          at: journal.tick(),
          message: changed(2, { clientMessageId: "client 1" }),
          duplicate: true,
        }),
    ],
    [
      "a message that stands behind one begun after its ack",
      "reordered",
      ({ intents }) => void Object.assign(intents[0]!, { beganAt: 100 }),
    ],
    ["a message that nobody sent", "untrue", (tale) => known(tale, [...LOG, message(4)])],
    [
      "a message changed since it was shown",
      "untrue",
      (tale) => known(tale, [message(1), changed(2, { createdAt: timeOf(9) }), message(3)]),
    ],
    [
      "an event whose message is not in the log",
      "lost",
      ({ journal }) =>
        void journal.saw({
          ...{ to: "bob", at: journal.tick(), askedAt: null, source: "event" },
          message: message(4),
        }),
    ],
    [
      "a history that lacks one",
      "lost",
      ({ histories }) => void histories.set("bob", [message(1), message(3)]),
    ],
    ["a device that synced and lacks one", "lost", ({ devices }) => void devices.set("phone", LOG.slice(1))],
    [
      "a sync with a gap",
      "lost",
      ({ journal }) => void Object.assign(journal.syncs[0]!, { messages: [message(1), message(3)] }),
    ],
    [
      "a sync that does not know what was seen before it was asked for",
      "lost",
      ({ journal }) => void Object.assign(journal.syncs[0]!, { messages: LOG.slice(0, 2), lastSeq: 2 }),
    ],
    ["a list without the last message", "list", (tale) => listed(tale, "bob", { lastMessage: null })],
    ["a list that is not up to the log", "list", (tale) => listed(tale, "bob", { lastSeq: 2 })],
    [
      "a list whose time lies before the log's",
      "list",
      (tale) => listed(tale, "bob", { lastMessageAt: null }),
    ],
    [
      "a list asked for after an ack that does not count it",
      "list",
      ({ journal, lists }) =>
        void Object.assign(journal.lists[0]!, { conversations: [{ ...lists.get("bob")!, lastSeq: 2 }] }),
    ],
    ["an unread count that is off", "reading", (tale) => listed(tale, "bob", { unreadCount: 0 })],
    [
      "a position nobody moved there",
      "reading",
      (tale) => listed(tale, "bob", { readSeq: 3, unreadCount: 0 }),
    ],
    [
      "a position that went back",
      "reading",
      ({ journal }) => {
        const read = { userId: "bob", conversationId: CONVERSATION };
        const [first, then, last] = [journal.tick(), journal.tick(), journal.tick()];
        journal.reads.push({ ...read, seq: 2, beganAt: first, answer: { at: then, readSeq: 2 } });
        journal.reads.push({ ...read, seq: 1, beganAt: last, answer: { at: last + 1, readSeq: 1 } });
      },
    ],
    [
      "two read times of one message",
      "reading",
      ({ histories }) => void histories.set("bob", [changed(1, { readAt: timeOf(7) }), ...LOG.slice(1)]),
    ],
    [
      "two kinds of one presence version",
      "presence",
      ({ journal }) => {
        for (const online of [true, false]) seePresence(journal, 1, online);
      },
    ],
    [
      "two versions of one kind in a row",
      "presence",
      ({ journal }) => {
        for (const version of [1, 2]) seePresence(journal, version, true);
      },
    ],
    [
      "an answer older than what was seen before it was asked for",
      "presence",
      ({ journal }) => {
        seePresence(journal, 4, false);
        const askedAt = journal.tick();
        const presence = { online: true, version: 3 };
        journal.presences.push({ askedAt, at: journal.tick(), userId: "bob", presence });
      },
    ],
  ])("finds %s", (_what, kind, spoil) => {
    const tale = story();
    spoil(tale);
    expect(verdict(tale)).toContain(kind);
  });
});

/** Where indexes and eventually consistent reads lag, an answer may be behind what came just before it. */
describe("within the lag, the checker leaves alone", () => {
  test("a list that does not count an ack yet", () => {
    const tale = story(1);
    const conversations = [{ ...tale.lists.get("bob")!, lastSeq: 2 }];
    Object.assign(tale.journal.lists[0]!, { conversations });
    expect(verdict(tale)).toEqual([]);
  });

  test("an answer about presence that is older than an event", () => {
    const tale = story(1);
    seePresence(tale.journal, 4, false);
    const presence = { online: true, version: 3 };
    const askedAt = tale.journal.tick();
    tale.journal.presences.push({ askedAt, at: tale.journal.tick(), userId: "bob", presence });
    expect(verdict(tale)).toEqual([]);
  });
});

function seePresence(journal: Journal, version: number, online: boolean): void {
  journal.presences.push({
    askedAt: null,
    at: journal.tick(),
    userId: "bob",
    presence: { online, version },
  });
}
