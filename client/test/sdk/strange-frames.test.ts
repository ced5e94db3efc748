import { expect, test } from "vitest";
import type { ChatClient, ConversationHandle } from "../../index.ts";
import { FakeWorld, SECOND, pass, shown } from "./fake-world.ts";

/** Frames that are none, twice, crossed, or of a server that is newer than this client. */

const world = new FakeWorld();

async function start(): Promise<[ChatClient, ConversationHandle]> {
  const client = await world.connected();
  return [client, await world.opened(client)];
}

/** Still one socket, and both ways still work. */
async function expectWhole(client: ChatClient, conversation: ConversationHandle): Promise<void> {
  const before = shown(conversation);
  world.server.last().receive({ type: "new_message", message: world.server.append("c", "bob", "heard") });
  conversation.send({ content: "said" });
  await pass(5 * SECOND);
  expect(shown(conversation)).toEqual([...before, ["heard", "sent"], ["said", "sent"]]);
  expect(conversation.messages.get()).toMatchObject({ loading: false, error: null });
  expect(client.connection.get().state).toBe("online");
  expect(world.server.sockets).toHaveLength(1);
}

test.each([
  ["no JSON", "{"],
  ["nothing", ""],
  ["null", "null"],
  ["a number", "5"],
  ["a list", "[]"],
  ["without a type", "{}"],
  ["an unknown type", '{"type":"reaction_changed","conversationId":"c"}'],
  ["a type that is no text", '{"type":5}'],
  ["binary", new ArrayBuffer(8)],
  ["a batch nobody asked for", '{"type":"batch","events":[{"type":"new_message"}]}'],
  ["a message that is missing", '{"type":"new_message"}'],
  ["a message of nothing", '{"type":"new_message","message":{"conversationId":"c"}}'],
  [
    "a message of nobody",
    '{"type":"new_message","message":{"conversationId":"c","seq":7,"content":"","sender":null}}',
  ],
  [
    "a message without a text",
    '{"type":"new_message","message":{"conversationId":"c","seq":1,"sender":{"id":"alice"}}}',
  ],
  ["an ack of nothing", '{"type":"ack"}'],
  ["an ack of what was not asked", '{"type":"ack","id":"999","action":"sync","data":{}}'],
  ["an error of nothing", '{"type":"error","code":"INTERNAL","message":"Broken."}'],
  ["an error of what was not asked", '{"type":"error","id":"999","code":"FORBIDDEN","message":"No."}'],
  ["a pong of nothing", '{"type":"pong"}'],
  ["the gateway's own", '{"message":"Internal server error","connectionId":"x","requestId":"y"}'],
])("a frame that is strange breaks nothing: %s", async (_, data) => {
  const [client, conversation] = await start();
  world.server.last().receiveRaw(data);
  await pass(SECOND);
  expect(shown(conversation)).toEqual([]);
  await expectWhole(client, conversation);
});

test("the gateway's own error is a try that failed: it is repeated, and once stored", async () => {
  const [client, conversation] = await start();
  let tries = 0;
  world.server.answers = ({ action }, socket) => {
    if (action !== "send_message" || (tries += 1) > 1) return undefined;
    socket.receive({ message: "Internal server error", connectionId: "x", requestId: "y" });
    return null;
  };
  conversation.send({ content: "typed" });
  await pass(10 * SECOND);
  expect(shown(conversation)).toEqual([["typed", "sent"]]);
  expect(tries).toBe(2);
  await expectWhole(client, conversation);
});

test("an ack that comes twice, and one whose event was first, are one message", async () => {
  const [client, conversation] = await start();
  const told: number[] = [];
  client.on("new_message", ({ message }) => told.push(message.seq));
  world.server.answers = ({ action, id, content, clientMessageId }, socket) => {
    if (action !== "send_message") return undefined;
    const message = world.server.append("c", "alice", String(content), String(clientMessageId));
    const ack = { type: "ack", id, action, data: { message, duplicate: false } };
    socket.receive({ type: "new_message", message });
    for (const frame of [ack, ack]) socket.receive(frame);
    return null;
  };
  const { key } = conversation.send({ content: "typed" });
  await pass(5 * SECOND);
  expect(conversation.messages.get().items).toMatchObject([{ key, content: "typed", state: "sent" }]);
  expect(told).toEqual([1]);
});

test("what comes doubled and crossed stands once and in its order, and is told so", async () => {
  const [client, conversation] = await start();
  const told: number[] = [];
  client.on("new_message", ({ message }) => told.push(message.seq));
  const messages = ["1", "2", "3", "4"].map((content) => world.server.append("c", "bob", content));
  for (const at of [3, 1, 3, 0, 0, 2, 1]) {
    world.server.last().receive({ type: "new_message", message: messages[at] });
  }
  await pass(5 * SECOND);
  expect(shown(conversation)).toEqual(["1", "2", "3", "4"].map((content) => [content, "sent"]));
  expect(told).toEqual([1, 2, 3, 4]);
});

test("a newer server's message keeps its place, with all it bears, also one of the system", async () => {
  const [client, conversation] = await start();
  const plain = world.server.append("c", "bob", "hello");
  const system = world.server.append("c", "bob", "");
  const more = { rev: 3, reactions: [], metadata: { a: 1 } };
  world.server.last().receive({ type: "new_message", message: { ...plain, ...more, type: "text" } });
  const event = { event: "created" };
  world.server.last().receive({ type: "new_message", message: { ...system, type: "system", system: event } });
  await pass(SECOND);
  expect(conversation.messages.get().items).toMatchObject([
    { seq: 1, content: "hello", ...more },
    { seq: 2, content: "", type: "system", system: event },
  ]);
  await expectWhole(client, conversation);
});

test("a batch nobody asked for is caught up with as soon as something tells of what is missing", async () => {
  const [, conversation] = await start();
  const first = world.server.append("c", "bob", "in the batch");
  world.server.last().receive({ type: "batch", events: [{ type: "new_message", message: first }] });
  world.server.last().receive({ type: "new_message", message: world.server.append("c", "bob", "alone") });
  await pass(2 * SECOND);
  expect(shown(conversation)).toEqual([
    ["in the batch", "sent"],
    ["alone", "sent"],
  ]);
});

test("a code of a newer server is a refusal with its reason, and can be sent again", async () => {
  const [, conversation] = await start();
  world.server.answers = ({ action, id }) =>
    action === "send_message" ? { type: "error", id, code: "TOO_EARLY", message: "Not yet." } : undefined;
  const { key } = conversation.send({ content: "typed" });
  await pass(SECOND);
  const failed = {
    key,
    state: "failed",
    error: { code: "TOO_EARLY", message: "Not yet.", retryable: false },
  };
  expect(conversation.messages.get().items).toMatchObject([failed]);
  world.server.answers = () => undefined;
  conversation.retry(key);
  await pass(SECOND);
  expect(conversation.messages.get().items).toMatchObject([{ key, state: "sent" }]);
});
