import { describe, expect, test } from "vitest";
import type { Conversation, Message } from "../../lambdas/protocol/objects.ts";
import { checkPresence } from "./check-presence.ts";
import { check } from "./check.ts";
import { Journal, LAG_MS, type Intent, type Violation } from "./journal.ts";
import type { ConversationOutcome, Outcome } from "./outcome.ts";

const CONVERSATION = "c";
const PEOPLE = ["ann", "bob"] as const;
const user = (id: string) => ({ id, name: id, displayName: id, avatarUrl: null });
const timeOf = (seq: number): string => new Date(Date.UTC(2030, 0, 1) + seq * 1_000).toISOString();

/** Ann's odd messages and Bob's even ones; Bob has read what Ann had written before he did. */
const message = (seq: number): Message => ({
  id: `m${seq}`,
  conversationId: CONVERSATION,
  seq,
  sender: user(seq % 2 === 1 ? "ann" : "bob"),
  content: `message ${seq}`,
  clientMessageId: `client ${seq}`,
  createdAt: timeOf(seq),
  readAt: seq < 3 ? timeOf(seq + 1) : null,
});
const LOG = [1, 2, 3].map(message);

/** A story that went well, open to be spoilt. */
interface Story {
  readonly journal: Journal;
  readonly intents: Intent[];
  log: readonly Message[];
  histories: Map<string, readonly Message[]>;
  devices: Map<string, readonly Message[]>;
  lists: Map<string, Conversation>;
}

/** Moments lie far enough apart for every copy of the data to catch up, unless told otherwise. */
function story(stepMs = LAG_MS + 1): Story {
  let now = 0;
  const journal = new Journal(() => (now += stepMs));
  for (const sent of LOG) {
    const intent: Intent = {
      senderId: sent.sender.id,
      conversationId: CONVERSATION,
      content: sent.content,
      clientMessageId: sent.clientMessageId,
      afterSeq: sent.seq - 1,
      maxAttempts: 3,
      acks: [],
      beganAt: journal.tick(),
      attempts: 1,
    };
    journal.intents.push(intent);
    const shown = { ...sent, readAt: null };
    intent.acks.push({ at: journal.tick(), message: shown, duplicate: false });
    journal.sights.push({ at: journal.tick(), askedAt: null, source: "ack", message: shown });
  }
  const whole = { conversationId: CONVERSATION, afterSeq: 0, messages: LOG, lastSeq: 3, hasMore: false };
  journal.syncs.push({ askedAt: journal.tick(), ...whole });
  const listed = (id: string, readSeq: number): Conversation => ({
    id: CONVERSATION,
    otherParticipant: {
      ...user(PEOPLE.find((other) => other !== id)!),
      ...{ online: true, lastSeenAt: null, version: 1 },
    },
    lastMessage: { ...LOG[2]!, truncated: false },
    lastMessageAt: timeOf(3),
    unreadCount: LOG.filter(({ seq, sender }) => seq > readSeq && sender.id !== id).length,
    lastSeq: 3,
    readSeq,
  });
  const lists = new Map([
    ["ann", listed("ann", 3)],
    ["bob", listed("bob", 2)],
  ]);
  journal.lists.push({ userId: "bob", askedAt: journal.tick(), conversations: [lists.get("bob")!] });
  return {
    journal,
    intents: journal.intents,
    log: LOG,
    histories: new Map(PEOPLE.map((id) => [id, LOG])),
    devices: new Map([["ann's phone", LOG]]),
    lists,
  };
}

function verdict({ journal, log, histories, devices, lists }: Story): readonly Violation["kind"][] {
  const conversation: ConversationOutcome = {
    ...{ id: CONVERSATION, participants: PEOPLE, log, histories, devices },
  };
  const outcome: Outcome = {
    conversations: [conversation],
    lists: new Map([...lists].map(([id, one]) => [id, [one]])),
  };
  const kinds = [...check(journal, outcome), ...checkPresence(journal)].map(({ kind }) => kind);
  return [...new Set(kinds)];
}

const changed = (seq: number, change: Partial<Message>): Message => ({ ...message(seq), ...change });
const listed = (tale: Story, id: string, change: Partial<Conversation>): void =>
  void tale.lists.set(id, { ...tale.lists.get(id)!, ...change });
const known = (tale: Story, messages: readonly Message[]): void => {
  tale.log = messages;
  tale.histories = new Map(PEOPLE.map((id) => [id, messages]));
  tale.devices = new Map([["ann's phone", messages]]);
};

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
        void journal.sights.push({
          ...{ at: journal.tick(), askedAt: null, source: "event" },
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
