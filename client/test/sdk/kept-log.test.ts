import { expect, test } from "vitest";
import type { Message } from "../../index.ts";
import { MessageLog } from "../../sdk/conversations/message-log.ts";

/** What was kept, and an ack or event that is of it: each message once, as of its latest change. */

const aMessage = (seq: number, rev = 0): Message =>
  ({
    ...{
      id: `c-${seq}`,
      conversationId: "c",
      seq,
      rev,
      content: `${seq} at ${rev}`,
      readAt: null,
      replyTo: null,
    },
    sender: { id: "me", name: "me", displayName: "me", avatarUrl: null },
  }) as unknown as Message;
const kept = [7, 8, 9].map((seq) => aMessage(seq));
const seen = ({ messages, held }: MessageLog): readonly string[] =>
  [...messages, ...held].map(({ content }) => content);

test("the ack of a repeat that comes before the server was asked adds nothing to what was kept", () => {
  const log = new MessageLog(() => false);
  log.restore(kept, 0);
  expect(log.add(aMessage(8, 1))).toBe(true);
  expect(seen(log)).toEqual(["7 at 0", "8 at 1", "9 at 0"]);
});

test("nor does one that came before what was kept was read", () => {
  const log = new MessageLog(() => false);
  for (const message of [aMessage(8, 1), aMessage(11)]) log.add(message);
  log.restore(kept, 0);
  expect(seen(log)).toEqual(["7 at 0", "8 at 1", "9 at 0", "11 at 0"]);
});
