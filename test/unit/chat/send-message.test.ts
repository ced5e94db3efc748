import { beforeEach, describe, expect, it } from "vitest";
import type { Chat } from "../../../lambdas/chat/chat.ts";
import { findOrCreateConversation } from "../../../lambdas/chat/operations/find-or-create-conversation.ts";
import { markRead } from "../../../lambdas/chat/operations/mark-read.ts";
import { listHistory } from "../../../lambdas/chat/operations/list-history.ts";
import { syncMessages } from "../../../lambdas/chat/operations/sync-messages.ts";
import { joinConversation } from "../../../lambdas/chat/operations/join-conversation.ts";
import { sendMessage, sendOnBehalf } from "../../../lambdas/chat/operations/send-message.ts";
import { memoryChat, MemorySockets } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";

const NOW = Date.UTC(2030, 0, 1);
const ann = { userId: "ann", connectionId: "ann-1" };
const bob = { userId: "bob", connectionId: "bob-1" };
const eve = { userId: "eve", connectionId: "eve-1" };

let database: MemoryDatabase;
let sockets: MemorySockets;
let chat: Chat;
let conversationId: string;
let now = NOW;

/** A function that has just started: it remembers nothing. */
const cold = (): Chat => memoryChat({ database, sockets, now: () => now });

beforeEach(async () => {
  now = NOW;
  database = new MemoryDatabase();
  sockets = new MemorySockets();
  for (const id of ["ann", "bob", "eve"]) {
    const connections = [1, 2].map((device) => ({
      id: `${id}-${device}`,
      lease: Infinity,
      since: 0,
      rooms: new Set<string>(),
    }));
    database.users.set(id, { ...newUser(id), state: "on", version: 1, connections });
  }
  chat = cold();
  conversationId = (await findOrCreateConversation(chat, ann, "bob")).conversationId;
});

const send = (
  fields: { content?: string; clientMessageId?: string; afterSeq?: number } = {},
  by = ann,
  on = chat,
) => sendMessage(on, by, { conversationId, content: "x", clientMessageId: null, afterSeq: null, ...fields });
const refusal = async (sent: Promise<unknown>): Promise<unknown> => {
  try {
    await sent;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return null;
};
const told = (): readonly string[] =>
  sockets.pushed.map(({ connectionId, frame }) => `${connectionId} ${frame.type}`);

describe("who may send", () => {
  it("is a participant", async () => {
    expect(await refusal(send({}, eve))).toBe("FORBIDDEN");
    expect(await refusal(send({}, eve, cold()))).toBe("FORBIDDEN");
    expect(database.log(conversationId)).toEqual([]);
  });

  it.each(["x", "", "Conversation0123456789", "__proto__", "😀"])(
    "in a conversation that exists: %j",
    async (id) => {
      const request = { conversationId: id, content: "x", clientMessageId: null, afterSeq: null };
      expect(await refusal(sendMessage(chat, ann, request))).toBe("NOT_FOUND");
    },
  );

  it("sends no faster than allowed, by whichever conversation", async () => {
    const { limits } = memoryChat({ database, rates: { sends: 2 } });
    const limited = { ...cold(), limits };
    await send({}, ann, limited);
    await send({}, ann, limited);
    expect(await refusal(send({}, ann, limited))).toBe("RATE_LIMITED");
    expect(await refusal(send({}, bob, limited))).toBeNull();
  });
});

describe("afterSeq", () => {
  it.each([1, 7, Number.MAX_SAFE_INTEGER])(
    "%i of an empty conversation is a lie: no hole is torn",
    async (afterSeq) => {
      expect(await refusal(send({ afterSeq }))).toBe("INVALID_REQUEST");
      expect(database.log(conversationId)).toEqual([]);
    },
  );

  it("at the last message is none, one above is", async () => {
    await send();
    expect(await refusal(send({ afterSeq: 2 }))).toBe("INVALID_REQUEST");
    expect((await send({ afterSeq: 1 })).message.seq).toBe(2);
    expect((await send({ afterSeq: 2 }, ann, cold())).message.seq).toBe(3);
  });

  it("counts on a slot the head does not cover yet", async () => {
    const dies = {
      ...chat,
      heads: { ...chat.heads, move: () => Promise.reject(new Error("died")) },
    };
    await expect(send({}, ann, dies)).rejects.toThrow("died");
    expect((await send({ afterSeq: 1 }, bob, cold())).message.seq).toBe(2);
    expect(database.heads.get(conversationId)?.lastSeq).toBe(2);
  });

  it("may be 1,000 behind; beyond, nothing is stored", async () => {
    for (let count = 0; count < 1_001; count += 1) await send();
    expect(await refusal(send({ afterSeq: 0, clientMessageId: "m" }))).toBe("CONFLICT");
    expect(await refusal(send({ afterSeq: 0, clientMessageId: "m" }, ann, cold()))).toBe("CONFLICT");
    expect(database.log(conversationId)).toHaveLength(1_001);
    expect((await send({ afterSeq: 1, clientMessageId: "m" }, ann, cold())).message.seq).toBe(1_002);
    expect(await refusal(send({ afterSeq: 1, clientMessageId: "m" }, ann, cold()))).toBe("CONFLICT");
  });
});

it("counts as a read where it looks through hundreds of messages, by their number and length", async () => {
  for (let count = 0; count < 301; count += 1) await send({ content: "😀".repeat(1_000) });
  const readingWith = (reads: number) => ({
    ...cold(),
    limits: memoryChat({ database: new MemoryDatabase(), rates: { reads } }).limits,
  });
  // Three hundred of 4,000 bytes: twelve reads.
  const limited = readingWith(23);
  await send({ afterSeq: 1, clientMessageId: "m" }, ann, limited);
  await send({ afterSeq: 200, clientMessageId: "n" }, ann, limited);
  expect(await refusal(send({ afterSeq: 2, clientMessageId: "o" }, ann, limited))).toBe("RATE_LIMITED");
});

it("counts as reads what long messages cost to look through: without afterSeq, and in the history", async () => {
  for (let count = 0; count < 100; count += 1) await send({ content: "😀".repeat(2_000), afterSeq: count });
  const met = async (): Promise<Chat> => {
    const limits = memoryChat({ database: new MemoryDatabase(), rates: { reads: 20 } }).limits;
    const limited = { ...cold(), limits };
    await send({ afterSeq: 100 }, ann, limited);
    return limited;
  };
  // A hundred of 8,000 bytes: eight reads.
  const sending = await met();
  await send({ clientMessageId: "m" }, ann, sending);
  await send({ clientMessageId: "n" }, ann, sending);
  expect(await refusal(send({ clientMessageId: "o" }, ann, sending))).toBe("RATE_LIMITED");
  expect((await send({ clientMessageId: "o", afterSeq: 101 }, ann, sending)).duplicate).toBe(false);

  const reading = await met();
  const page = () => listHistory(reading, ann, conversationId, { from: null, limit: 100, markRead: false });
  await page();
  await page();
  expect(await refusal(page())).toBe("RATE_LIMITED");
});

it("reads nothing of all since where a head remembered long ago has lost its slot", async () => {
  await send();
  const warm = cold();
  await send({}, ann, warm);
  for (let count = 0; count < 50; count += 1) await send({}, bob);
  let read = 0;
  const counted: Chat = {
    ...warm,
    messages: {
      ...warm.messages,
      listAfter: async (...asked) => {
        const found = await warm.messages.listAfter(...asked);
        read += found.length;
        return found;
      },
    },
  };
  expect((await send({}, ann, counted)).message.seq).toBe(53);
  expect(read).toBe(0);
});

describe("a repeat", () => {
  it.each([{}, { afterSeq: 0 }])("is answered with the first attempt's message: %j", async (more) => {
    const first = await send({ content: "first", clientMessageId: "m", ...more });
    await send({}, bob);
    const again = await send({ content: "changed", clientMessageId: "m", ...more }, ann, cold());
    expect(again.duplicate).toBe(true);
    expect(again.message).toEqual({ ...first.message, readAt: again.message.readAt });
    expect(again.message.readAt).not.toBeNull();
    expect(database.log(conversationId)).toHaveLength(2);
  });

  it("is told to nobody twice", async () => {
    await send({ clientMessageId: "m" });
    sockets.pushed.length = 0;
    await send({ clientMessageId: "m" });
    expect(told()).toEqual([]);
  });

  it("tells what its first attempt did not live to tell", async () => {
    const dies = {
      ...chat,
      heads: { ...chat.heads, move: () => Promise.reject(new Error("died")) },
    };
    await expect(send({ clientMessageId: "m" }, ann, dies)).rejects.toThrow("died");
    expect(told()).toEqual([]);
    expect((await send({ clientMessageId: "m" }, ann, cold())).duplicate).toBe(true);
    expect(told()).toHaveLength(3);
  });

  it("is one only by the same sender", async () => {
    await send({ clientMessageId: "m" });
    expect((await send({ clientMessageId: "m" }, bob)).duplicate).toBe(false);
    expect(database.log(conversationId)).toHaveLength(2);
  });

  it("without afterSeq is recognized among the last 100 messages", async () => {
    await send({ clientMessageId: "m" });
    for (let count = 0; count < 99; count += 1) await send({}, bob);
    expect((await send({ clientMessageId: "m" }, ann, cold())).duplicate).toBe(true);
  });
});

describe("who is told", () => {
  it("is every connection but the sending one: rooms of the message, the others of the list", async () => {
    await joinConversation(chat, bob, conversationId);
    await send({ content: "x".repeat(201) });
    expect([...told()].sort()).toEqual([
      "ann-2 conversation_updated",
      "bob-1 new_message",
      "bob-2 conversation_updated",
    ]);
    const frames = new Map(sockets.pushed.map(({ connectionId, frame }) => [connectionId, frame]));
    expect(frames.get("bob-1")).toMatchObject({ message: { content: "x".repeat(201), seq: 1 } });
    expect(frames.get("bob-2")).toMatchObject({
      lastSeq: 1,
      unreadCount: 1,
      lastMessage: { content: "x".repeat(200), truncated: true },
    });
    expect(frames.get("ann-2")).toMatchObject({ unreadCount: 0 });
  });
});

describe("reading", () => {
  it("is told to all but the reading connection, with the time it happened, once", async () => {
    await send();
    await send();
    sockets.pushed.length = 0;
    now += 5_000;
    const position = { readSeq: 2, readAt: new Date(now).toISOString(), unreadCount: 0 };
    await expect(markRead(chat, bob, conversationId, 99)).resolves.toEqual(position);
    expect([...told()].sort()).toEqual(["ann-1", "ann-2", "bob-2"].map((id) => `${id} messages_read`));
    sockets.pushed.length = 0;
    now += 5_000;
    await expect(markRead(chat, bob, conversationId, 1)).resolves.toEqual(position);
    expect(told()).toEqual([]);
  });

  it("by history gives each message the time it was first reached", async () => {
    await send();
    now += 1_000;
    await markRead(chat, bob, conversationId, 1);
    const first = new Date(now).toISOString();
    await send();
    now += 1_000;
    const page = await listHistory(cold(), bob, conversationId, { limit: 50, markRead: true, from: null });
    expect(page.messages.map(({ readAt }) => readAt)).toEqual([first, new Date(now).toISOString()]);
  });

  it("is refused to strangers", async () => {
    await send();
    const page = { conversationId, afterSeq: 0, limit: 1 };
    expect(await refusal(syncMessages(chat, eve, page))).toBe("FORBIDDEN");
    expect(await refusal(markRead(chat, eve, conversationId, 1))).toBe("FORBIDDEN");
    const request = { limit: 1, markRead: true, from: null };
    expect(await refusal(listHistory(chat, eve, conversationId, request))).toBe("FORBIDDEN");
    expect(await refusal(joinConversation(chat, eve, conversationId))).toBe("FORBIDDEN");
  });
});

describe("a log from which slots were taken out", () => {
  it("goes on behind its head: no seq is given twice", async () => {
    database.heads.set(conversationId, { ...database.heads.get(conversationId)!, lastSeq: 3 });
    expect((await send({ clientMessageId: "m-3" }, ann, cold())).message.seq).toBe(4);
  });
});

describe("catching up", () => {
  it("ends at 30 KB, but never with nothing", async () => {
    for (let count = 0; count < 30; count += 1) await send({ content: "😀".repeat(2_000) });
    const { messages, hasMore, lastSeq } = await syncMessages(chat, bob, {
      conversationId,
      afterSeq: 0,
      limit: 100,
    });
    const bytes = Buffer.byteLength(JSON.stringify(messages));
    expect(bytes).toBeLessThanOrEqual(29 * 1024);
    expect(bytes).toBeGreaterThan(20 * 1024);
    expect([hasMore, lastSeq, messages[0]?.seq]).toEqual([true, 30, 1]);
  });
});

describe("a send on behalf", () => {
  it("counts for no rate of the one in whose name it is", async () => {
    await send({ content: "x".repeat(2_000) });
    const limited = memoryChat({ database, sockets, now: () => now, rates: { sends: 1, reads: 1 } });
    for (let sent = 1; sent <= 80; sent += 1) {
      const request = {
        senderId: "ann",
        content: "x".repeat(2_000),
        metadata: null,
        clientMessageId: `${sent}`,
      };
      await sendOnBehalf(limited, { adminId: "bot" }, { conversationId, ...request });
    }
    const own = { conversationId, afterSeq: 0, limit: 1 };
    await expect(syncMessages(limited, ann, own)).resolves.toMatchObject({ lastSeq: 81 });
    await expect(send({}, ann, limited)).resolves.toMatchObject({ duplicate: false });
  });
});
