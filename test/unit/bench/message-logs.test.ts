import { expect, test } from "vitest";
import { checkLog } from "../../../bench/load/message-logs.ts";

const TALK = { conversationId: "c" };
const stored = (seq: number, clientMessageId = `m${seq}`) => ({ id: `c-${seq}`, seq, clientMessageId });
const sent = (seq: number) => ({
  conversationId: "c",
  clientMessageId: `m${seq}`,
  acked: { id: `c-${seq}`, seq },
});
const GOOD = [stored(1), stored(2), stored(3)];
const SENT = [sent(1), sent(2), sent(3)];

test("a dense log that both see alike, with what was acked, has no breach", () => {
  expect(checkLog(TALK, GOOD, GOOD, SENT)).toEqual({ stored: 3, wrong: [] });
});

test("a message that was stored but whose ack was lost is no breach", () => {
  const { wrong } = checkLog(TALK, GOOD, GOOD, [sent(1), sent(2), { ...sent(3), acked: undefined }]);
  expect(wrong).toEqual([]);
});

test.each([
  ["another order for the other", GOOD, [stored(2), stored(1), stored(3)], "see different messages"],
  ["a hole", [stored(1), stored(3)], [stored(1), stored(3)], "seq 3 stands at place 2"],
  ["a double", [...GOOD, stored(4, "m3")], [...GOOD, stored(4, "m3")], "m3 is stored 2 times"],
  ["a loss", GOOD.slice(0, 2), GOOD.slice(0, 2), "m3 was acked and is not stored"],
  ["a stranger", [...GOOD, stored(4)], [...GOOD, stored(4)], "seq 4 was sent by nobody"],
  [
    "another seq than acked",
    [stored(1, "m2"), stored(2, "m1"), stored(3)],
    [stored(1, "m2"), stored(2, "m1"), stored(3)],
    "m1 was acked as seq 1 and is stored as 2",
  ],
])("%s is a breach", (_, one, other, sentence) => {
  expect(checkLog(TALK, one, other, SENT).wrong).toContainEqual(expect.stringContaining(sentence));
});
