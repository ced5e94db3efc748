import { expect, it } from "vitest";
import { bytesOf, fitting, upToFrame } from "../../../lambdas/chat/model/frame-room.ts";
import { MAX_MENTIONS_BYTES, MAX_SYNC_BYTES } from "../../../lambdas/protocol/limits.ts";
import { AS_WRITTEN } from "../../../lambdas/protocol/objects.ts";
import type { Message } from "../../../lambdas/protocol/objects.ts";

/** Six bytes each in JSON: no character takes more. */
const most = (codePoints: number): string => "\u0001".repeat(codePoints);
const pictured = {
  id: most(255),
  name: "😀".repeat(128),
  displayName: "😀".repeat(128),
  avatarUrl: `https://x/${"😀".repeat(2_038)}`,
};
const mentions = Array.from({ length: 50 }, (_, index) =>
  `${index}`.padEnd(MAX_MENTIONS_BYTES / 50 - 4, "x"),
);
const reactions = Array.from({ length: 20 }, () => ({
  emoji: "x".repeat(32),
  count: 1_000,
  userIds: Array.from({ length: 20 }, () => most(255)),
}));
const base: Message = {
  ...AS_WRITTEN,
  id: `${"c".repeat(22)}-${2 ** 53}`,
  conversationId: "c".repeat(22),
  seq: 2 ** 53,
  rev: 2 ** 53,
  sender: pictured,
  content: most(2_000),
  clientMessageId: most(128),
  createdAt: "2030-01-01T00:00:00.000Z",
  readAt: "2030-01-01T00:00:00.000Z",
  editedAt: "2030-01-01T00:00:00.000Z",
  deletedAt: null,
  pinnedAt: "2030-01-01T00:00:00.000Z",
};
const everything: Message = { ...base, mentions, reactions, metadata: { a: "x".repeat(1_016) } };
const preview = { ...everything, content: most(200), truncated: true };
const reply = (message: Message): Message => ({ ...message, replyTo: { id: base.id, seq: 1, preview } });

it.each([
  ["with everything", everything],
  ["that answers one with everything", reply(everything)],
  ["of few words that answers one with everything", reply({ ...base, content: "x" })],
])("a message %s fits a frame, and still says all that was said", (_case, message) => {
  const fits = fitting(message);
  expect(bytesOf(fits)).toBeLessThanOrEqual(MAX_SYNC_BYTES);
  expect(fits).toMatchObject({
    content: message.content,
    mentions: message.mentions,
    metadata: message.metadata,
    sender: { id: message.sender.id },
    reactions: message.reactions.map(({ emoji, count }) => ({ emoji, count })),
  });
  if (message.replyTo) expect(fits.replyTo?.preview?.content).toBe(preview.content);
});

it("what fits stays as it is, and of what does not no more is left out than must be", () => {
  expect(fitting(base)).toBe(base);
  const short = { ...base, content: "x", mentions, metadata: { a: 1 } };
  expect(fitting(short)).toBe(short);
  const named = reactions.map((reaction) => ({
    ...reaction,
    userIds: reaction.userIds.map(() => "x".repeat(40)),
  }));
  const liked = fitting({ ...short, reactions: named });
  expect(liked.reactions.map(({ userIds }) => userIds.length)).toEqual(named.map(() => 10));
  expect(liked.sender).toBe(pictured);
});

it("people are told with their pictures where a frame holds those, without them where it does not, or the first", () => {
  const few = [pictured, pictured];
  expect(upToFrame(few)).toBe(few);
  const many = Array.from({ length: 100 }, (_, index) => ({
    ...{ id: `u${index}`, name: "Bob", displayName: "Bob" },
    avatarUrl: `https://x/${"y".repeat(2_000)}`,
  }));
  expect(upToFrame(many)).toEqual(many.map((one) => ({ ...one, avatarUrl: null })));
  const long = many.map((one) => ({ ...one, displayName: "😀".repeat(128) }));
  const shown = upToFrame(long);
  expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThanOrEqual(MAX_SYNC_BYTES);
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.map(({ id }) => id)).toEqual(long.slice(0, shown.length).map(({ id }) => id));
});
