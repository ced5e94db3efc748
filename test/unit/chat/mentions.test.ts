import { expect, it } from "vitest";
import { marksOfChanges, newlyMentioned } from "../../../lambdas/chat/model/mentions.ts";
import type { ChangeRecord, MessageChange } from "../../../lambdas/chat/model/records.ts";
import { aHead, aMessage } from "../../support/made-records.ts";

const conversationId = "c";
const message = (mentions: readonly string[]) =>
  aMessage({ conversationId, seq: 1, senderId: "ada", mentions });
const change = (rev: number, made: MessageChange, seq = 1): ChangeRecord => ({
  conversationId,
  rev,
  seq,
  userId: "ada",
  change: made,
  attemptId: `attempt-${rev}`,
  at: rev,
});
const mentioning = (rev: number, mentions: readonly string[], seq = 1): ChangeRecord =>
  change(rev, { type: "edit", said: { content: "x", mentions, metadata: null } }, seq);

it.each([
  ["new ones", ["bob"], [mentioning(1, ["bob", "eve"])], [{ userId: "eve", rev: 1, on: true }]],
  ["ones that go", ["bob", "eve"], [mentioning(1, ["eve"])], [{ userId: "bob", rev: 1, on: false }]],
  ["all that were deleted", ["bob"], [change(1, { type: "delete" })], [{ userId: "bob", rev: 1, on: false }]],
  // Whoever made the first of these may have marked it, and died.
  [
    "who was gone in between",
    ["bob"],
    [mentioning(2, ["bob"]), mentioning(1, [])],
    [{ userId: "bob", rev: 2, on: true }],
  ],
  [
    "who was there in between",
    [],
    [mentioning(1, ["bob"]), mentioning(2, [])],
    [{ userId: "bob", rev: 2, on: false }],
  ],
  [
    "up to what is no edit",
    [],
    [mentioning(1, ["bob"]), change(2, { type: "pin", on: true })],
    [{ userId: "bob", rev: 2, on: true }],
  ],
  ["nobody where nothing changes", ["bob"], [mentioning(1, ["bob"])], []],
  ["nobody for another message", ["bob"], [mentioning(1, [], 2)], []],
  ["nobody for what one says of oneself", [], [mentioning(1, ["ada"])], []],
] as const)("changes mark %s", (_case, before, changes, marks) => {
  expect(marksOfChanges(message(before), changes)).toEqual(marks.map((mark) => ({ ...mark, seq: 1 })));
});

it("changes that the message bears already mark nobody again", () => {
  expect(
    marksOfChanges({ ...message(["bob"]), rev: 2 }, [mentioning(1, []), mentioning(2, ["bob"])]),
  ).toEqual([]);
});

it("the newest mention is told of each of a pair, where it is newer than what the head says", () => {
  const head = aHead({
    participants: ["ada", "bob"].map((id) => ({ id, readSeq: 0, readAt: null, stepSeq: 0, mentionedSeq: 3 })),
  });
  const said = (seq: number, mentions: readonly string[]) =>
    aMessage({ conversationId, seq, senderId: "ada", mentions });
  const both = ["ada", "bob"];
  expect(newlyMentioned(head, [said(4, both), said(5, both), said(6, [])])).toEqual([
    { participant: 1, seq: 5 },
  ]);
  expect(newlyMentioned(head, [said(2, both), said(3, both)])).toEqual([]);
});
