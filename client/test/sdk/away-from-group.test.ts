import { expect, test, vi } from "vitest";
import type { Message } from "../../index.ts";
import { MessageLog } from "../../sdk/conversations/message-log.ts";
import { catchUp, loadOlder } from "../../sdk/on-demand/catch-up.ts";

/** What one sees of a group that one was removed from and let into anew: what is between is nobody's hole. */

const aMessage = (seq: number): Message =>
  ({
    ...{
      id: `c-${seq}`,
      conversationId: "c",
      seq,
      rev: 0,
      content: `text ${seq}`,
      readAt: null,
      replyTo: null,
    },
    sender: { id: "bob", name: "bob", displayName: "bob", avatarUrl: null },
  }) as unknown as Message;

/** A server that shows messages from 21 on. */
function scene(known: readonly Message[], shown = [aMessage(21), aMessage(22)]) {
  const call = vi.fn(() => Promise.resolve({ messages: shown, lastRev: 0 }));
  const ask = vi.fn((_action: string, { afterSeq }: { readonly afterSeq: number }) =>
    Promise.resolve({
      messages: shown.filter(({ seq }) => seq > afterSeq),
      ...{
        changed: [],
        seq: 20 + shown.length,
        rev: 0,
        lastSeq: 20 + shown.length,
        lastRev: 0,
        hasMore: false,
      },
    }),
  );
  const log = new MessageLog(() => true);
  log.load(known, 0);
  const subject = { id: "c", details: { get: () => ({ lastSeq: 22, firstSeq: 21 }) } };
  const nothing = (): void => undefined;
  const history = {
    ...{ log, reads: new Map(), first: 21, heardOf: nothing },
    subject: { ...subject, changed: nothing, learned: nothing, caughtUp: nothing },
  };
  const parts = { connection: { ask }, http: { call }, people: { saw: nothing } };
  return { log, call, history: history as never, parts: parts as never };
}

test("what was known before goes, and what one sees now is there", async () => {
  const { log, history, parts } = scene(Array.from({ length: 10 }, (_, index) => aMessage(index + 1)));
  await catchUp(parts, { describeUnlisted: () => Promise.resolve() } as never, history);
  expect(log.messages.map(({ seq }) => seq)).toEqual([21, 22]);
  expect(log.held).toEqual([]);
});

test("what was known before goes too where nothing has been said since", async () => {
  const { log, history, parts } = scene([aMessage(1), aMessage(2)], []);
  await catchUp(parts, { describeUnlisted: () => Promise.resolve() } as never, history);
  expect(log.messages).toEqual([]);
});

test("nothing older is asked for than what one sees", async () => {
  const { call, history, parts } = scene([aMessage(21), aMessage(22)]);
  await loadOlder(parts, history);
  expect(call).not.toHaveBeenCalled();
});
