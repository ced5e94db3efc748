import { describe, expect, it } from "vitest";
import { planRead, previewOf, readAtOf } from "../../../lambdas/chat/model/head.ts";
import type { Head, MessageRecord } from "../../../lambdas/chat/model/records.ts";
import { AS_SENT } from "../../../lambdas/chat/model/message-state.ts";

const messageOf = (content: string): MessageRecord => ({
  conversationId: "c",
  seq: 1,
  senderId: "ann",
  content,
  clientMessageId: null,
  ...AS_SENT,
  system: null,
  attemptId: "a",
  createdAt: 1,
});

describe("a preview", () => {
  it.each([
    ["x", "x", false],
    ["x".repeat(200), "x".repeat(200), false],
    ["x".repeat(201), "x".repeat(200), true],
    ["😀".repeat(200), "😀".repeat(200), false],
    ["😀".repeat(201), "😀".repeat(200), true],
    [`x${"😀".repeat(200)}`, `x${"😀".repeat(199)}`, true],
    [`${"x".repeat(199)}😀`, `${"x".repeat(199)}😀`, false],
    [`${"x".repeat(200)}😀`, "x".repeat(200), true],
    ["😀".repeat(2_000), "😀".repeat(200), true],
  ])("%# has 200 code points at most and cuts no pair in half", (content, cut, truncated) => {
    expect(previewOf(messageOf(content))).toMatchObject({ content: cut, truncated });
    expect(cut).not.toMatch(/\p{Surrogate}/u);
  });
});

describe("readAt", () => {
  const participant = { id: "bob", readSeq: 9, readAt: 90, stepSeq: 6 };
  const steps = [
    { participant: 1, seq: 4, at: 40 },
    { participant: 1, seq: 6, at: 60 },
  ];

  it.each([
    [1, 40],
    [4, 40],
    [5, 60],
    [6, 60],
    [7, 90],
    [9, 90],
    [10, null],
  ])("of message %i is the first step's at or above it", (seq, at) => {
    expect(readAtOf(seq, participant, steps)).toBe(at);
  });
});

describe("marking as read", () => {
  const head: Head = {
    id: "c",
    group: null,
    participants: [
      { id: "ann", readSeq: 5, readAt: null, stepSeq: 0 },
      { id: "bob", readSeq: 2, readAt: 20, stepSeq: 1 },
    ],
    createdAt: 0,
    lastSeq: 5,
    lastMessage: null,
    lastMessageAt: 50,
    activityAt: 0,
    largest: 0,
    lastRev: 0,
    pins: [],
  };

  it("stores the position it leaves before it moves on", () => {
    const plan = planRead(head, "bob", 4, 100);
    expect(plan?.steps).toEqual([{ participant: 1, seq: 2, at: 20 }]);
    expect(plan?.move.expect).toEqual({ readSeqs: [{ participant: 1, readSeq: 2 }] });
    expect(plan?.move.set).toEqual({
      positions: [{ participant: 1, readSeq: 4, reading: { readAt: 100, stepSeq: 2 } }],
    });
  });

  it("stops at the last message", () => {
    expect(planRead(head, "bob", 99, 100)?.move.set.positions[0]?.readSeq).toBe(5);
  });

  it.each([
    ["ann", 5],
    ["ann", 99],
    ["bob", 2],
    ["bob", 0],
    ["somebody else", 5],
  ])("plans nothing for %s at %i", (userId, seq) => {
    expect(planRead(head, userId, seq, 100)).toBeNull();
  });
});
