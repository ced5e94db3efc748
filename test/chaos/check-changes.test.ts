import { describe, expect, test } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { CHANGED_LOG, CHANGES, changedStory, STATES } from "./changed-story.ts";
import type { Sight, Violation } from "./journal.ts";
import { listed, message, verdict, type Story } from "./story.ts";

const [EDITED, REACTED, PINNED, DELETED] = STATES as [Message, Message, Message, Message];

const see = ({ journal }: Story, shown: Message, source: Sight["source"] = "event"): void =>
  void journal.saw({
    ...{ to: "bob", at: journal.tick(), askedAt: source === "event" ? null : journal.tick(), source },
    message: shown,
  });
const lastSync = (tale: Story, change: Partial<Story["journal"]["syncs"][number]>): void =>
  void Object.assign(tale.journal.syncs.at(-1)!, change);
/** One more change, which somebody has asked for. */
const alsoChange = (tale: Story, of: number, add: Partial<(typeof CHANGES)[number]> = {}): void => {
  tale.changes.push({ ...CHANGES[of]!, rev: 5, ...add });
};

describe("of changes, the checker", () => {
  test("finds nothing wrong where nothing is", () => {
    expect(verdict(changedStory())).toEqual([]);
  });

  test.each<[string, Violation["kind"], (tale: Story) => void]>([
    ["a hole among the changes", "revs", ({ changes }) => void changes.splice(1, 1)],
    [
      "a change of nobody's",
      "revs",
      (tale) => alsoChange(tale, 2, { seq: 1, userId: "ann", change: { type: "pin", on: true } }),
    ],
    ["a repeat that took a second rev", "revs", (tale) => alsoChange(tale, 1)],
    ["a change of a deleted message", "revs", (tale) => alsoChange(tale, 1, { seq: 3 })],
    ["a change of a message that is not there", "revs", (tale) => alsoChange(tale, 1, { seq: 9 })],
    [
      "an acked change that is not in the log",
      "revs",
      ({ journal }) =>
        void journal.changes.push({
          ...journal.changes[2]!,
          ...{ seq: 1, acks: [{ at: journal.tick(), message: REACTED }] },
        }),
    ],
    [
      "a change that a client of ours has told to be made and that is not in the log",
      "revs",
      ({ journal }) =>
        void journal.changes.push({
          ...journal.changes[1]!,
          ...{ userId: "ann", change: { type: "react", emoji: "x", on: true }, acks: [], isMade: true },
        }),
    ],
    [
      "an edit that found another rev than it was meant for",
      "revs",
      ({ journal }) => {
        const change = { type: "edit", content: "edited", ifRev: 4 } as const;
        journal.changes[0] = { ...journal.changes[0]!, change };
      },
    ],
    [
      "a refusal of what may be",
      "revs",
      ({ journal }) =>
        void journal.changes.push({ ...journal.changes[2]!, seq: 1, acks: [], refusals: ["CONFLICT"] }),
    ],
    [
      "a refused edit that was stored",
      "revs",
      ({ journal }) => void Object.assign(journal.changes[0]!, { acks: [], refusals: ["CONFLICT"] }),
    ],
    [
      "an event whose state is not that of its rev",
      "diverged",
      (tale) => see(tale, { ...REACTED, content: "another" }),
    ],
    [
      "an event of a rev that is no change of its message",
      "diverged",
      (tale) => see(tale, { ...PINNED, rev: 1 }),
    ],
    [
      "a count that names nobody",
      "diverged",
      (tale) => see(tale, { ...REACTED, reactions: [{ ...REACTED.reactions[0]!, count: 2 }] }),
    ],
    ["an answer older than what was shown before", "diverged", (tale) => see(tale, EDITED, "sync")],
    [
      "a device that has not heard of a change",
      "diverged",
      ({ devices }) => void devices.set("ann's phone", [EDITED, PINNED, DELETED]),
    ],
    [
      "a history that has not",
      "diverged",
      ({ histories }) => void histories.set("bob", [REACTED, message(2), DELETED]),
    ],
    [
      "a sync that leaves a change out",
      "diverged",
      (tale) => lastSync(tale, { changed: CHANGED_LOG.slice(1) }),
    ],
    [
      "a sync whose new messages lack a change up to its rev",
      "diverged",
      (tale) => lastSync(tale, { afterSeq: 0, changed: [], messages: [EDITED, PINNED, DELETED] }),
    ],
    [
      "a sync that ends too early",
      "diverged",
      (tale) => lastSync(tale, { rev: 3, changed: [REACTED, PINNED] }),
    ],
    ["a list that is not up to the changes", "diverged", (tale) => listed(tale, "bob", { lastRev: 3 })],
    [
      "a list whose preview is older than the message",
      "diverged",
      (tale) => listed(tale, "bob", { lastMessage: { ...message(3), truncated: false } }),
    ],
    ["a pin that is not listed", "diverged", (tale) => void (tale.pins = [])],
    ["a reaction that is not kept", "diverged", ({ reactors }) => void reactors.clear()],
    [
      "a reaction that is kept and not shown",
      "diverged",
      ({ reactors }) => void reactors.set(1, [["ann", "x"]]),
    ],
    [
      "a preview that says what was deleted",
      "leaked",
      ({ items }) => void items.push({ sk: "META", lastMessage: { content: "message 3" } }),
    ],
    [
      "a change that says what was edited away",
      "leaked",
      ({ items }) => void items.push({ sk: "X#9", change: { type: "edit", text: "message 1" } }),
    ],
    [
      "an edit that is kept beside its message",
      "leaked",
      ({ items }) => void items.push({ sk: "X#9", change: { type: "edit", said: { content: "edited" } } }),
    ],
    [
      "a message that is deleted and says something",
      "leaked",
      (tale) => void (tale.log = [REACTED, PINNED, { ...DELETED, content: "message 3" }]),
    ],
    ["an answer that shows what had been deleted", "leaked", (tale) => see(tale, message(3), "sync")],
    ["an event that does so long after", "leaked", (tale) => see(tale, message(3))],
  ])("finds %s", (_what, kind, spoil) => {
    const tale = changedStory();
    spoil(tale);
    expect(verdict(tale)).toContain(kind);
  });
});

describe("of changes, the checker leaves alone", () => {
  test("an event that was on its way when its message was deleted", () => {
    const tale = changedStory(1);
    see(tale, message(3));
    expect(verdict(tale)).toEqual([]);
  });

  test("a refusal of what had been deleted", () => {
    const tale = changedStory();
    const { changes } = tale.journal;
    changes.push({ ...changes[1]!, seq: 3, acks: [], refusals: ["CONFLICT"] });
    expect(verdict(tale)).toEqual([]);
  });

  test("a change of a client of ours whose place a deletion took", () => {
    const tale = changedStory();
    const { changes } = tale.journal;
    const change = { type: "edit", content: "never stored", ifRev: null } as const;
    changes.splice(3, 0, { ...changes[3]!, change, acks: [], isMade: true });
    expect(verdict(tale)).toEqual([]);
  });

  test("a device that does not follow changes", () => {
    const tale = changedStory();
    tale.devices.set("ann's old client", [1, 2, 3].map(message));
    tale.following.delete("ann's old client");
    expect(verdict(tale)).toEqual([]);
  });
});
