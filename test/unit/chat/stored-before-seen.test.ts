import { beforeEach, describe, expect, it } from "vitest";
import type { Chat } from "../../../lambdas/chat/chat.ts";
import { findOrCreateConversation } from "../../../lambdas/chat/operations/find-or-create-conversation.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import { memoryChat, MemorySockets } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";

const ann = { userId: "ann", connectionId: null };

let database: MemoryDatabase;
let sockets: MemorySockets;
let chat: Chat;
let conversationId: string;

beforeEach(async () => {
  database = new MemoryDatabase();
  sockets = new MemorySockets();
  for (const id of ["ann", "bob"]) database.users.set(id, newUser(id));
  chat = memoryChat({ database, sockets });
  conversationId = (await findOrCreateConversation(chat, ann, "bob")).conversationId;
  for (const id of ["ann", "bob"]) {
    const connection = { id: `${id}-1`, lease: Infinity, since: 0, rooms: new Set([conversationId]) };
    database.users.set(id, { ...newUser(id), state: "on", version: 1, connections: [connection] });
  }
});

const send = (on: Chat, clientMessageId: string) =>
  sendMessage(on, ann, { conversationId, content: "x", clientMessageId, afterSeq: null });

/** The same function environment with one port that fails. */
const failing = (port: "messages" | "heads", method: string): Chat => ({
  ...chat,
  [port]: Object.create(chat[port], {
    [method]: { value: () => Promise.reject(new Error("the database is down")) },
  }) as unknown,
});

describe("stored before seen", () => {
  it("nobody hears of a message that could not be stored", async () => {
    await expect(send(failing("messages", "put"), "m-1")).rejects.toThrow("the database is down");
    expect(sockets.pushed).toEqual([]);
    expect(database.log(conversationId)).toEqual([]);
  });

  it("at the first push the message is in the log; once it is acked the head covers it", async () => {
    const seen: number[] = [];
    sockets.outcomeOf = () => {
      seen.push(database.log(conversationId).length);
      return "delivered";
    };
    await send(chat, "m-1");
    expect(seen).toEqual([1, 1]);
    expect((await chat.heads.get(conversationId, "strong"))?.lastSeq).toBe(1);
  });

  it("those in the room hear of it before the head is moved; those outside, whom it tells of, after", async () => {
    const outside = { id: "bob-2", lease: Infinity, since: 0, rooms: new Set<string>() };
    const bob = database.users.get("bob")!;
    database.users.set("bob", { ...bob, connections: [...bob.connections, outside] });
    let move: () => void = () => undefined;
    const mayMove = new Promise<void>((resolve) => (move = resolve));
    const moveHead = chat.heads.move.bind(chat.heads);
    const slow: Chat = {
      ...chat,
      heads: Object.create(chat.heads, {
        move: { value: (...given: Parameters<typeof moveHead>) => mayMove.then(() => moveHead(...given)) },
      }) as Chat["heads"],
    };
    const sent = send(slow, "m-1");
    const told = (): readonly string[] => sockets.pushed.map(({ connectionId }) => connectionId).sort();
    await expect.poll(told).toEqual(["ann-1", "bob-1"]);
    move();
    await sent;
    expect(told()).toEqual(["ann-1", "bob-1", "bob-2"]);
    expect(sockets.pushed.at(-1)?.frame).toMatchObject({ type: "conversation_updated", lastSeq: 1 });
  });

  it("a message whose head could not be moved is not acked; its repeat acks it and tells everybody", async () => {
    await expect(send(failing("heads", "move"), "m-1")).rejects.toThrow("the database is down");
    // What is stored may be seen; an event that comes twice is known by its seq.
    sockets.pushed.splice(0);
    expect(database.log(conversationId)).toHaveLength(1);
    expect(await send(chat, "m-1")).toMatchObject({ duplicate: true, message: { seq: 1 } });
    expect(sockets.pushed.map(({ connectionId }) => connectionId).sort()).toEqual(["ann-1", "bob-1"]);
    expect((await chat.heads.get(conversationId, "strong"))?.lastSeq).toBe(1);
  });

  it("a send that fails ends only once its pushes have: a function is frozen with what still goes on", async () => {
    let push: () => void = () => undefined;
    const mayPush = new Promise<void>((resolve) => (push = resolve));
    const slow: Chat = {
      ...failing("heads", "move"),
      sockets: {
        push: async (pushes) => {
          await mayPush;
          return sockets.push(pushes);
        },
        close: (ids) => sockets.close(ids),
      },
    };
    const ended: string[] = [];
    const sent = send(slow, "m-1").catch(() => ended.push("the send"));
    // Longer than the failure takes by itself.
    for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    ended.push("the push");
    push();
    await sent;
    expect(ended).toEqual(["the push", "the send"]);
    expect(sockets.pushed).toHaveLength(2);
  });
});
