import { expect, test, vi } from "vitest";
import { memoryStorage } from "../../index.ts";
import type { ChatMessage, ChatStorage, ConversationHandle, Message } from "../../index.ts";
import { FakeWorld, SECOND, pass } from "./fake-world.ts";
import type { SentFrame } from "./fakes.ts";

/** Changes of messages: shown at once, made once, undone if they are refused; and those of others, however they come. */

const world = new FakeWorld();
const CHANGES = ["edit_message", "delete_message", "react"];
const frames = (...actions: readonly string[]): readonly SentFrame[] =>
  world.server.sockets.flatMap(({ sent }) => sent.filter(({ action }) => actions.includes(action)));
const changes = (): readonly SentFrame[] => frames(...CHANGES);
const messageAt = ({ messages }: ConversationHandle, seq: number): ChatMessage =>
  messages.get().items.find((message) => message.seq === seq)!;

/** A storage that outlives its client. */
function kept(): ChatStorage & { readonly all: () => Promise<string> } {
  const storage = memoryStorage();
  const all = async (): Promise<string> =>
    JSON.stringify(await Promise.all((await storage.keys()).map((key) => storage.get(key))));
  return { ...storage, all };
}

function goOffline(): void {
  world.server.isUp = false;
  for (const socket of world.server.open) socket.cut();
}

async function goOnline(): Promise<void> {
  world.server.isUp = true;
  await pass(60 * SECOND);
}

/** Two of alice's messages and one of bob's, in a conversation that is open. */
async function opened(options: Parameters<FakeWorld["client"]>[0] = {}) {
  if (!world.server.logs.has("c")) {
    for (const [sender, content] of [
      ["alice", "one"],
      ["bob", "two"],
      ["alice", "three"],
    ] as const)
      world.server.append("c", sender, content);
  }
  const client = await world.connected(options);
  return { client, conversation: await world.opened(client) };
}

test("each is shown before the server is asked, and is what the server has after it was", async () => {
  const { conversation } = await opened();
  world.server.answers = ({ action }) => (CHANGES.includes(action) ? null : undefined);
  void conversation.edit(1, { content: "ONE" });
  void conversation.react(2, "👍", true);
  void conversation.delete(3);
  await pass(0);
  expect(messageAt(conversation, 1)).toMatchObject({ content: "ONE", rev: 0 });
  expect(messageAt(conversation, 1).editedAt).not.toBeNull();
  expect(messageAt(conversation, 2).reactions).toEqual([{ emoji: "👍", count: 1, userIds: ["alice"] }]);
  expect(messageAt(conversation, 3)).toMatchObject({ content: "", state: "sent" });
  expect(messageAt(conversation, 3).deletedAt).not.toBeNull();
  expect(changes()).toHaveLength(1);
  world.server.answers = () => undefined;
  await pass(30 * SECOND);
  expect(conversation.messages.get().items.map(({ rev }) => rev)).toEqual([1, 2, 3]);
  expect(world.server.logs.get("c")).toMatchObject([
    { content: "ONE" },
    { reactions: [{ emoji: "👍" }] },
    { content: "" },
  ]);
});

test("a promise resolves when the server has it, and not before", async () => {
  const { conversation } = await opened();
  goOffline();
  const done: string[] = [];
  void conversation.edit(1, { content: "ONE" }).then(() => done.push("edit"));
  void conversation.pin(2, true).then(() => done.push("pin"));
  await pass(SECOND);
  expect(done).toEqual([]);
  expect(messageAt(conversation, 2).pinnedAt).not.toBeNull();
  await goOnline();
  expect(done).toEqual(["edit", "pin"]);
  expect(world.server.requests).toContain("/api/conversations/c/messages/2/pin");
});

test("what was changed offline survives a reload, and is made when the server is there again", async () => {
  const storage = kept();
  const { client, conversation } = await opened({ storage });
  await pass(SECOND);
  goOffline();
  void conversation.edit(1, { content: "ONE" });
  void conversation.delete(3);
  await pass(SECOND);
  expect(client.waiting.get()).toBe(2);
  await client.close();
  const again = await world.connected({ storage });
  const reloaded = await world.opened(again);
  expect(reloaded.messages.get().items.map(({ content }) => content)).toEqual(["ONE", "two", ""]);
  await goOnline();
  expect(world.server.logs.get("c")).toMatchObject([{ content: "ONE" }, { content: "two" }, { content: "" }]);
  expect(again.waiting.get()).toBe(0);
  expect((await storage.keys()).filter((key) => key.startsWith("out/"))).toEqual([]);
});

test.each(["FORBIDDEN", "CONFLICT", "NOT_FOUND", "INVALID_REQUEST"])(
  "%s undoes it, and its promise says why; what follows is made",
  async (code) => {
    const { client, conversation } = await opened();
    world.server.answers = ({ action, id }) =>
      action === "edit_message" ? { type: "error", id, code, message: "So it is." } : undefined;
    const edit = conversation.edit(2, { content: "mine" });
    const reaction = conversation.react(2, "👍", true);
    await expect(edit).rejects.toMatchObject({ code, message: "So it is.", name: "ChatError" });
    await reaction;
    expect(messageAt(conversation, 2)).toMatchObject({ content: "two", editedAt: null, rev: 1 });
    expect(client.waiting.get()).toBe(0);
  },
);

test("what a message could not hold is refused here, and an edit that waits stands", async () => {
  const { conversation } = await opened();
  goOffline();
  const first = conversation.edit(1, { content: "ONE" });
  const second = conversation.edit(1, { content: " " });
  await expect(second).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  expect(messageAt(conversation, 1).content).toBe("ONE");
  await goOnline();
  await first;
  expect(changes()).toMatchObject([{ content: "ONE" }]);
});

test("on, off and on again is one reaction, and one frame", async () => {
  const { conversation } = await opened();
  goOffline();
  const done = [true, false, true].map((on) => conversation.react(2, "👍", on));
  void conversation.react(2, "🎉", true);
  await pass(SECOND);
  expect(messageAt(conversation, 2).reactions.map(({ emoji }) => emoji)).toEqual(["👍", "🎉"]);
  await goOnline();
  await Promise.all(done);
  expect(changes()).toMatchObject([
    { action: "react", emoji: "👍", on: true },
    { action: "react", emoji: "🎉", on: true },
  ]);
});

test("of several edits the last is made, with what the earlier ones said besides", async () => {
  const { conversation } = await opened();
  goOffline();
  const done = [
    conversation.edit(1, { content: "a", metadata: { colour: "red" } }),
    conversation.edit(1, { content: "b" }),
  ];
  await goOnline();
  await Promise.all(done);
  expect(changes()).toMatchObject([{ content: "b", metadata: { colour: "red" } }]);
});

test("an edit that is on its way when the next one comes gives way to it", async () => {
  const { conversation } = await opened();
  let first: (() => void) | undefined;
  world.server.answers = (frame, socket) => {
    if (frame.action !== "edit_message" || first) return undefined;
    const message = world.server.change("c", 1, { content: "a" });
    first = () => socket.receive({ type: "ack", id: frame.id, action: frame.action, data: { message } });
    return null;
  };
  const done = [conversation.edit(1, { content: "a" })];
  await pass(10);
  done.push(conversation.edit(1, { content: "b" }));
  await pass(10);
  first!();
  await Promise.all(done);
  expect(messageAt(conversation, 1)).toMatchObject({ content: "b", rev: 2 });
  expect(changes().map(({ content }) => content)).toEqual(["a", "b"]);
});

test("a deletion makes void what was to be changed before it", async () => {
  const { conversation } = await opened();
  goOffline();
  const done = [
    conversation.edit(1, { content: "ONE" }),
    conversation.react(1, "👍", true),
    conversation.pin(1, true),
    conversation.delete(1),
  ];
  await goOnline();
  await Promise.all(done);
  expect(changes().map(({ action }) => action)).toEqual(["delete_message"]);
});

test("they go out in their order, among the messages", async () => {
  const { conversation } = await opened();
  goOffline();
  conversation.send({ content: "before" });
  void conversation.edit(1, { content: "ONE" });
  conversation.send({ content: "after" });
  await goOnline();
  expect(frames("send_message", ...CHANGES).map(({ content }) => content)).toEqual([
    "before",
    "ONE",
    "after",
  ]);
});

test("what may fail for now is tried until it is done", async () => {
  const { conversation } = await opened();
  let tries = 0;
  world.server.answers = ({ action, id }) =>
    action === "edit_message" && (tries += 1) < 4
      ? { type: "error", id, code: "INTERNAL", message: "Not now." }
      : undefined;
  const edit = conversation.edit(1, { content: "ONE" });
  await pass(2 * 60 * SECOND);
  await edit;
  expect(tries).toBe(4);
});

test("a change by somebody else is shown, once, also where it comes twice or before an earlier one", async () => {
  const { client, conversation } = await opened();
  const told: number[] = [];
  client.on("message_changed", ({ message }) => told.push(message.rev));
  const first = world.server.change("c", 2, { content: "TWO" });
  const second = world.server.change("c", 2, { content: "Two!" });
  for (const message of [second, first, second])
    world.server.last().receive({ type: "message_changed", message });
  expect(messageAt(conversation, 2)).toMatchObject({ content: "Two!", rev: 2 });
  const syncs = frames("sync").length;
  await pass(10 * SECOND);
  // Nothing is missing: nothing is asked for.
  expect(frames("sync")).toHaveLength(syncs);
  expect(new Set(told)).toEqual(new Set([1, 2]));
  expect(told).toHaveLength(2);
});

test("a change that comes before its message stands when the message comes", async () => {
  const { client, conversation } = await opened();
  const told: string[] = [];
  client.on("new_message", ({ message }) => told.push(message.content));
  const [four, five] = ["four", "five"].map((content) => world.server.append("c", "bob", content));
  const changed = world.server.change("c", 5, { content: "FIVE" });
  world.server.last().receive({ type: "message_changed", message: changed });
  for (const message of [five, four]) world.server.last().receive({ type: "new_message", message });
  expect(messageAt(conversation, 5)).toMatchObject({ content: "FIVE", rev: 1 });
  await pass(SECOND);
  expect(told).toEqual(["four", "FIVE"]);
});

test("a missing change is waited for half a second, then asked for", async () => {
  const { conversation } = await opened();
  world.server.change("c", 1, { content: "ONE" });
  const message = world.server.change("c", 2, { content: "TWO" });
  const syncs = frames("sync").length;
  world.server.last().receive({ type: "message_changed", message });
  await pass(400);
  expect(messageAt(conversation, 1).content).toBe("one");
  expect(frames("sync")).toHaveLength(syncs);
  await pass(200);
  expect(messageAt(conversation, 1).content).toBe("ONE");
  expect(frames("sync").slice(syncs)).toMatchObject([{ afterRev: 0 }]);
});

test("what was changed and deleted meanwhile is so after a reconnect, and asked for once", async () => {
  const { conversation } = await opened();
  goOffline();
  world.server.change("c", 1, { content: "One" });
  world.server.change("c", 1, { content: "ONE" });
  world.server.change("c", 2, { content: "", deletedAt: new Date().toISOString() });
  await goOnline();
  expect(conversation.messages.get().items).toMatchObject([{ content: "ONE" }, { content: "" }, {}]);
  const asked = frames("sync").map(({ afterRev }) => afterRev);
  expect(asked.at(-1)).toBe(0);
  for (const socket of world.server.open) socket.cut();
  await pass(60 * SECOND);
  expect(
    frames("sync")
      .map(({ afterRev }) => afterRev)
      .at(-1),
  ).toBe(3);
});

test("a page that was kept shows what was deleted as deleted, and its content is kept nowhere", async () => {
  const storage = kept();
  const { client } = await opened({ storage });
  await pass(SECOND);
  await client.close();
  expect(await storage.all()).toContain("two");
  world.server.change("c", 2, { content: "", deletedAt: new Date().toISOString() });
  const { client: again, conversation } = await opened({ storage });
  expect(messageAt(conversation, 2)).toMatchObject({ content: "", rev: 1 });
  await pass(SECOND);
  expect(await storage.all()).not.toContain("two");
  await again.close();
  expect(await storage.all()).toContain('"lastRev":1');
});

test("older messages that were read before a change have it after a moment", async () => {
  for (let index = 1; index <= 80; index += 1) world.server.append("c", "bob", `m${index}`);
  const page = (from: number, to: number): readonly Message[] =>
    world.server.logs.get("c")!.slice(from - 1, to);
  const stale = page(1, 30);
  world.server.http = (path) => {
    if (!path.includes("/messages?")) return undefined;
    const isOlder = path.includes("before=");
    const messages = isOlder ? stale : page(31, 80);
    return { status: 200, body: { messages, hasMore: !isOlder, lastRev: isOlder ? 0 : 1 } };
  };
  world.server.change("c", 5, { content: "changed" });
  const conversation = await world.opened(await world.connected());
  await conversation.messages.loadOlder();
  expect(messageAt(conversation, 5).content).toBe("m5");
  await pass(SECOND);
  expect(messageAt(conversation, 5)).toMatchObject({ content: "changed", rev: 1 });
});

test("the list shows the last message as it is", async () => {
  const listed = () => ({
    id: "c",
    otherParticipant: { id: "bob", name: "bob", displayName: "Bob", avatarUrl: null, online: null },
    lastMessage: { ...world.server.logs.get("c")!.at(-1)!, truncated: false },
    lastMessageAt: "2026-01-01T00:00:00.000Z",
    ...{ unreadCount: 0, lastSeq: 3, readSeq: 3, lastRev: 0 },
  });
  world.server.http = (path) =>
    path.startsWith("/api/conversations?")
      ? { status: 200, body: { conversations: [listed()], nextCursor: null } }
      : undefined;
  const { client } = await opened();
  const preview = () => client.conversations.get().items[0]!.lastMessage!.content;
  expect(preview()).toBe("three");
  // Into the room, then out of it.
  const changed = world.server.change("c", 3, { content: "THREE" });
  world.server.last().receive({ type: "message_changed", message: changed });
  expect(preview()).toBe("THREE");
  world.server.last().receive({ type: "new_message", message: { ...changed, content: "three", rev: 0 } });
  expect(preview()).toBe("THREE");
  const update = (lastRev: number, content: string) =>
    world.server.last().receive({
      type: "conversation_updated",
      conversationId: "c",
      lastMessage: { ...listed().lastMessage, content, rev: lastRev },
      lastMessageAt: listed().lastMessageAt,
      ...{ unreadCount: 0, lastSeq: 3, lastRev },
    });
  update(2, "Three!");
  expect(preview()).toBe("Three!");
  update(1, "THREE");
  expect(preview()).toBe("Three!");
});

test("a reply, mentions and metadata go with the message, whatever becomes of the objects", async () => {
  const storage = kept();
  const { client, conversation } = await opened({ storage });
  goOffline();
  const metadata = { colour: "red" };
  const pending = conversation.send({ content: "yes", replyToSeq: 2, mentions: ["bob"], metadata });
  metadata.colour = "blue";
  const written = { content: "yes", mentions: ["bob"], metadata: { colour: "red" } };
  expect(pending).toMatchObject({ ...written, replyTo: { id: "c-2", seq: 2, preview: { content: "two" } } });
  expect(conversation.messages.get().items.at(-1)).toMatchObject(written);
  await pass(SECOND);
  await client.close();
  await world.connected({ storage });
  await goOnline();
  expect(frames("send_message")).toMatchObject([{ ...written, replyToSeq: 2 }]);
});

test("a listener that nobody waits for breaks nothing when a change is refused", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { conversation } = await opened();
  world.server.answers = ({ action, id }) =>
    action === "react" ? { type: "error", id, code: "FORBIDDEN", message: "No." } : undefined;
  void conversation.react(2, "👍", true);
  await pass(SECOND);
  vi.useRealTimers();
  await new Promise(setImmediate);
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(messageAt(conversation, 2).reactions).toEqual([]);
});

test("what a message answers is shown as it is: changed, or gone", async () => {
  const storage = kept();
  const { conversation } = await opened({ storage });
  const two = world.server.logs.get("c")![1]!;
  const preview = { ...two, truncated: false };
  const answer = {
    ...world.server.append("c", "bob", "I said so"),
    replyTo: { id: two.id, seq: 2, preview },
  };
  world.server.last().receive({ type: "new_message", message: answer });
  const quoted = () => messageAt(conversation, 4).replyTo!.preview?.content;
  expect(quoted()).toBe("two");
  const change = (content: Partial<Message>) =>
    world.server.last().receive({ type: "message_changed", message: world.server.change("c", 2, content) });
  change({ content: "TWO" });
  expect(quoted()).toBe("TWO");
  change({ content: "", deletedAt: new Date().toISOString() });
  expect(messageAt(conversation, 4).replyTo).toEqual({ id: two.id, seq: 2, preview: null });
  await pass(SECOND);
  expect(await storage.all()).not.toMatch(/two/i);
});
