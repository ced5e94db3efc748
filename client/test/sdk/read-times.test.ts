import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SYSTEM_USER_ID } from "../../../lambdas/protocol/system-user.ts";
import type { ChatClient, ConversationHandle } from "../../index.ts";
import { FakeServer } from "./fakes.ts";

let server: FakeServer;
let client: ChatClient;
let conversation: ConversationHandle;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const readTimes = (): readonly (string | null)[] =>
  conversation.messages.get().items.map(({ readAt }) => readAt);

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeServer();
  client = server.client({ random: () => 0.5 });
  void client.connect();
  await pass(100);
  conversation = client.conversation("c");
  conversation.open();
  await pass(100);
  conversation.send({ content: "one" });
  conversation.send({ content: "two" });
  await pass(100);
  expect(readTimes()).toEqual([null, null]);
});
afterEach(async () => {
  await client.close();
  vi.useRealTimers();
});

test("whoever answers has read what stands before: no event says so", () => {
  const answer = server.append("c", "bob", "three");
  server.last().receive({ type: "new_message", message: answer });
  expect(readTimes()).toEqual([answer.createdAt, answer.createdAt, null]);
  const read = { type: "messages_read", conversationId: "c", userId: "bob", readSeq: 1 };
  // Before the answer, but told after it.
  const readAt = new Date(Date.parse(answer.createdAt) - 50).toISOString();
  server.last().receive({ ...read, readAt });
  expect(readTimes()).toEqual([readAt, answer.createdAt, null]);
});

test("what the system says tells of nobody's reading", () => {
  server.last().receive({ type: "new_message", message: server.append("c", SYSTEM_USER_ID, "three") });
  expect(readTimes()).toEqual([null, null, null]);
});

test("an answer changes no time that is known", () => {
  const readAt = new Date(Date.now() + 1_000).toISOString();
  server.last().receive({ type: "messages_read", conversationId: "c", userId: "bob", readSeq: 2, readAt });
  server.last().receive({ type: "new_message", message: server.append("c", "bob", "three") });
  expect(readTimes()).toEqual([readAt, readAt, null]);
});

test("a time whose event was lost is mended by the next socket, though another event has covered it", async () => {
  const [first, second] = [1, 2].map((seconds) => new Date(Date.now() + seconds * 1_000).toISOString());
  const log = server.logs.get("c")!;
  server.logs.set("c", [
    { ...log[0]!, readAt: first! },
    { ...log[1]!, readAt: second! },
  ]);
  const read = { type: "messages_read", conversationId: "c", userId: "bob", readSeq: 2 };
  server.last().receive({ ...read, readAt: second });
  expect(readTimes()).toEqual([second, second]);
  server.last().cut();
  await pass(10_000);
  expect(readTimes()).toEqual([first, second]);
});

test("in a group of which one knows nothing but the messages, who reads them gives them no time", async () => {
  server.groups.add("g");
  const group = client.conversation("g");
  const text = (): readonly (readonly [string, string | null])[] =>
    group.messages.get().items.map(({ content, readAt }) => [content, readAt]);
  group.open();
  await pass(100);
  group.send({ content: "one" });
  await pass(100);
  server.last().receive({ type: "new_message", message: server.append("g", "bob", "two") });
  const readAt = new Date().toISOString();
  server.last().receive({ type: "messages_read", conversationId: "g", userId: "bob", readSeq: 2, readAt });
  expect(text()).toEqual([
    ["one", null],
    ["two", null],
  ]);
});
