import { expect, it, vi } from "vitest";
import type { ChatMessage } from "../../index.ts";
import { rowsOf } from "../../page/conversation/rows.ts";
import { AS_WRITTEN } from "../../../lambdas/protocol/objects.ts";

const MINUTE_MS = 60_000;
const BEGINNING = Date.UTC(2026, 0, 5, 12);

const message = (seq: number, senderId: string, minutes: number): ChatMessage => ({
  id: `m${seq}`,
  conversationId: "c",
  seq,
  sender: { id: senderId, name: senderId, displayName: senderId, avatarUrl: null },
  content: `number ${seq}`,
  clientMessageId: null,
  createdAt: new Date(BEGINNING + minutes * MINUTE_MS).toISOString(),
  readAt: null,
  ...AS_WRITTEN,
  state: "sent",
  key: `m${seq}`,
});

it("puts what one person says within minutes together, each day by itself, and the unread line apart", () => {
  const items = [
    message(1, "bob", 0),
    message(2, "bob", 4),
    message(3, "bob", 10),
    message(4, "ann", 11),
    message(5, "ann", 12),
    message(6, "ann", 12 + 24 * 60),
  ];
  expect(
    rowsOf(items, "ann", 5).map(({ isOwn, beginsDay, isFirstUnread, goesOn }) =>
      Object.entries({ isOwn, beginsDay, isFirstUnread, goesOn })
        .filter(([, holds]) => holds)
        .map(([name]) => name),
    ),
  ).toEqual([["beginsDay"], ["goesOn"], [], ["isOwn"], ["isOwn", "isFirstUnread"], ["isOwn", "beginsDay"]]);
});

it("what somebody says begins anew below what the system tells of them: there stands their name", () => {
  const made: ChatMessage = { ...message(1, "bob", 0), type: "system" };
  expect(
    rowsOf([made, message(2, "bob", 1), message(3, "bob", 2)], "ann", null).map((row) => row.goesOn),
  ).toEqual([false, false, true]);
});

it("a row is another object only where it shows something else", () => {
  const [one, two, three] = [message(1, "bob", 0), message(2, "bob", 1), message(3, "bob", 2)];
  const before = rowsOf([two, three], "ann", null);
  const after = rowsOf([one, two, three], "ann", null);
  // The second was the first of its day, and is not any more.
  expect(before[0]?.beginsDay).toBe(true);
  expect(after[1]?.beginsDay).toBe(false);
  expect(after[2]).toBe(before[1]);
  expect(rowsOf([one, two, three], "ann", 3)[2]?.isFirstUnread).toBe(true);
  expect(rowsOf([one, two, three], "bob", null)[0]?.isOwn).toBe(true);
});

it("a history that is loaded page by page costs what its messages cost, not each page all that is there", () => {
  const pages = 100;
  const size = 50;
  const days = vi.spyOn(Date.prototype, "setHours");
  let items: ChatMessage[] = [];
  for (let page = pages; page > 0; page -= 1) {
    const older = Array.from({ length: size }, (_, index) =>
      message((page - 1) * size + index + 1, "bob", index),
    );
    items = [...older, ...items];
    rowsOf(items, "ann", null);
  }
  // Two dates are compared for each message, and anew where a page joins the one before.
  expect(days.mock.calls.length).toBeLessThanOrEqual(2 * pages * (size + 1));
});
