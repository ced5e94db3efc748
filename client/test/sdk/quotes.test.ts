import { expect, test } from "vitest";
import type { Message } from "../../index.ts";
import { MessageLog } from "../../sdk/conversations/message-log.ts";

/** Messages that quote another. */

const sender = { id: "bob", name: "bob", displayName: "bob", avatarUrl: null };
const aMessage = (seq: number, fields: Partial<Message> = {}): Message =>
  ({
    id: `c-${seq}`,
    conversationId: "c",
    seq,
    rev: 0,
    sender,
    content: `text ${seq}`,
    readAt: null,
    ...NEVER,
    ...fields,
  }) as Message;
const NEVER = { editedAt: null, deletedAt: null, pinnedAt: null, replyTo: null };

function quoting(): MessageLog {
  const log = new MessageLog(() => false);
  const preview = { ...aMessage(1), truncated: false };
  const replyTo = { id: "c-1", seq: 1, preview };
  log.load([aMessage(1), aMessage(2, { replyTo }), aMessage(3)], 0);
  return log;
}

test("say what the quoted one says once it was edited", () => {
  const log = quoting();
  log.change(aMessage(1, { rev: 1, content: "better", editedAt: "2030-01-01T00:00:00.000Z" }));
  expect(log.messages[1]?.replyTo?.preview?.content).toBe("better");
});

test("keep nothing of one that was deleted, wherever it is looked for", () => {
  const log = quoting();
  log.change(aMessage(1, { rev: 1, content: "", deletedAt: "2030-01-01T00:00:00.000Z" }));
  expect(log.messages[1]?.replyTo).toEqual({ id: "c-1", seq: 1, preview: null });
  expect(JSON.stringify(log.messages)).not.toContain("text 1");
  // A state from before it changes nothing.
  log.change(aMessage(1, { content: "text 1" }));
  expect(JSON.stringify(log.messages)).not.toContain("text 1");
});

test("stay as they are where another changes", () => {
  const log = quoting();
  const [, before] = log.messages;
  log.change(aMessage(3, { rev: 1, content: "else" }));
  expect(log.messages[1]).toBe(before);
});

const anAnswer = (seq: number): Message => {
  const preview = { ...aMessage(1), truncated: false };
  return aMessage(seq, { replyTo: { id: "c-1", seq: 1, preview } });
};
const edited = aMessage(1, { rev: 1, content: "better", editedAt: "2030-01-01T00:00:00.000Z" });

test("say it too where they were held while it was edited", () => {
  const log = new MessageLog(() => false);
  log.load([aMessage(1), aMessage(2)], 0);
  log.add(anAnswer(4));
  log.change(edited);
  log.add(aMessage(3));
  expect(log.messages[3]?.replyTo?.preview?.content).toBe("better");
});

test("say it where the edit came before what was kept was read", () => {
  const log = new MessageLog(() => false);
  log.change(edited);
  log.restore([aMessage(1), anAnswer(2)], 0);
  expect(log.messages.map(({ content }) => content)).toEqual(["better", "text 2"]);
  expect(log.messages[1]?.replyTo?.preview?.content).toBe("better");
});
