import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Caller, Chat } from "../../../lambdas/chat/chat.ts";
import { encodeCursor } from "../../../lambdas/chat/model/list-order.ts";
import { findOrCreateConversation } from "../../../lambdas/chat/operations/find-or-create-conversation.ts";
import { listConversations } from "../../../lambdas/chat/operations/list-conversations.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";
import { runs } from "../../support/property-runs.ts";

const ME = { userId: "me", connectionId: null };
const START = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;

interface World {
  readonly chat: Chat;
  readonly ids: readonly string[];
  now: number;
}

async function worldOf(peers: number): Promise<World> {
  const database = new MemoryDatabase();
  const world = { now: START, ids: [] as string[] };
  const chat = memoryChat({ database, now: () => world.now });
  for (const id of ["me", ...Array.from({ length: peers }, (_, peer) => `peer-${peer}`)]) {
    database.users.set(id, newUser(id));
  }
  for (let peer = 0; peer < peers; peer += 1) {
    world.ids.push((await findOrCreateConversation(chat, ME, `peer-${peer}`)).conversationId);
  }
  return Object.assign(world, { chat });
}

async function say({ chat }: World, conversationId: string, caller: Caller = ME): Promise<void> {
  await sendMessage(chat, caller, { conversationId, content: "x", clientMessageId: null, afterSeq: null });
}

async function pages(
  chat: Chat,
  limits: readonly number[],
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly Conversation[]> {
  const listed: Conversation[] = [];
  let cursor: string | null = null;
  for (let page = 0; page === 0 || cursor !== null; page += 1) {
    const limit = limits[page % limits.length]!;
    const answer = await listConversations(chat, ME, { limit, cursor });
    // A page that is not full is the last.
    expect(answer.conversations.length === limit || answer.nextCursor === null).toBe(true);
    listed.push(...answer.conversations);
    cursor = answer.nextCursor;
    if (cursor !== null) await between();
  }
  return listed;
}

/** Latest first; the order of equals is the list's own, but the same on every page. */
const timesOf = (listed: readonly Conversation[]): readonly (string | null)[] =>
  listed.map(({ lastMessageAt }) => lastMessageAt);

const step = fc.record({
  conversation: fc.nat(11),
  /** Clocks of functions differ: time may also go back a little. */
  passMs: fc.constantFrom(
    0,
    0,
    1,
    30_000,
    5 * MINUTE,
    14 * MINUTE,
    15 * MINUTE,
    16 * MINUTE,
    40 * MINUTE,
    -1_500,
  ),
  byMe: fc.boolean(),
});
const limits = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });

describe("the list", () => {
  it("is exactly ordered and complete, page by page", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(11), fc.array(step, { maxLength: 40 }), limits, async (more, steps, sizes) => {
        const world = await worldOf(more + 1);
        const times = new Map<string, number>(world.ids.map((id) => [id, START]));
        const counts = new Map<string, number>(world.ids.map((id) => [id, 0]));
        for (const { conversation, passMs, byMe } of steps) {
          const peer = conversation % world.ids.length;
          const conversationId = world.ids[peer]!;
          world.now += passMs;
          const caller = byMe ? ME : { userId: `peer-${peer}`, connectionId: null };
          await say(world, conversationId, caller);
          times.set(conversationId, Math.max(times.get(conversationId)!, world.now));
          counts.set(conversationId, counts.get(conversationId)! + 1);
        }
        const listed = await pages(world.chat, sizes);
        expect(listed.map(({ id }) => id).sort()).toEqual([...world.ids].sort());
        const order = listed.map(({ id }) => times.get(id)!);
        expect(order).toEqual([...order].sort((a, b) => b - a));
        for (const { id, lastMessageAt, lastSeq } of listed) {
          expect(lastSeq).toBe(counts.get(id));
          expect(lastMessageAt).toBe(lastSeq === 0 ? null : new Date(times.get(id)!).toISOString());
        }
        // However it is paged, the order is the same, also among equals.
        expect((await pages(world.chat, [100])).map(({ id }) => id)).toEqual(listed.map(({ id }) => id));
      }),
      runs(150),
    );
  });

  it("loses nobody to one that moves up while the list is paged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { minLength: 1, maxLength: 9 }), limits, async (moving, sizes) => {
        const world = await worldOf(10);
        for (const [peer, conversationId] of world.ids.entries()) {
          world.now += (peer % 3) * 7 * MINUTE;
          await say(world, conversationId);
        }
        const moved = new Set<string>();
        const listed = await pages(world.chat, sizes, async () => {
          const conversationId = world.ids[moving[moved.size % moving.length]!]!;
          world.now += 16 * MINUTE;
          moved.add(conversationId);
          await say(world, conversationId);
        });
        const ids = listed.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect([...world.ids].filter((id) => !moved.has(id) && !ids.includes(id))).toEqual([]);
        expect(timesOf(await pages(world.chat, [4]))).toHaveLength(10);
      }),
      runs(60),
    );
  });

  it("loses nobody where a page asks for fewer than those before it", async () => {
    const world = await worldOf(345);
    const sayNext = async (conversationId: string): Promise<void> => {
      world.now += 1;
      await say(world, conversationId);
    };
    // The rows are in the order of the first messages, the list in that of the second.
    for (const conversationId of world.ids) await sayNext(conversationId);
    for (const conversationId of world.ids) await sayNext(conversationId);
    const listed = (await pages(world.chat, [100, 100, 100, 1])).map(({ id }) => id);
    expect(listed).toEqual([...world.ids].reverse());
  });

  it("costs no more with a cursor that was made up", async () => {
    const world = await worldOf(1_200);
    let heads = 0;
    const getMany: Chat["heads"]["getMany"] = (ids) => {
      heads += ids.length;
      return world.chat.heads.getMany(ids);
    };
    const counted: Chat = { ...world.chat, heads: { ...world.chat.heads, getMany } };
    const place = { at: START + 60 * MINUTE, id: world.ids[0]! };
    for (const coarseFrom of [null, 0]) {
      heads = 0;
      await listConversations(counted, ME, { limit: 1, cursor: encodeCursor({ place, coarseFrom }) });
      expect(heads).toBeLessThanOrEqual(550);
    }
  });

  it("stays bounded, and loses nobody, where more moved in a quarter hour than it looks at", async () => {
    const world = await worldOf(420);
    // Rows of one quarter hour, in the order of their making; then the oldest of them speaks again.
    for (const conversationId of world.ids) {
      world.now += 1;
      await sendMessage(world.chat, ME, {
        conversationId,
        content: "x",
        clientMessageId: null,
        afterSeq: null,
      });
    }
    const [oldest] = world.ids as [string];
    const within = world.ids.at(-200)!;
    for (const conversationId of [oldest, within]) {
      world.now += 1;
      await sendMessage(world.chat, ME, {
        conversationId,
        content: "y",
        clientMessageId: null,
        afterSeq: null,
      });
    }
    let heads = 0;
    const counted: Chat = {
      ...world.chat,
      heads: {
        ...world.chat.heads,
        getMany: (ids) => {
          heads += ids.length;
          return world.chat.heads.getMany(ids);
        },
      },
    };
    const first = await listConversations(counted, ME, { limit: 1, cursor: null });
    expect(first.conversations.map(({ id }) => id)).toEqual([within]);
    expect(heads).toBe(251);
    for (const sizes of [[1], [7, 100], [100]]) {
      const listed = (await pages(world.chat, sizes)).map(({ id }) => id);
      expect(listed.slice(0, 3)).toEqual([within, ...world.ids.slice(-2).reverse()]);
      expect(new Set(listed).size).toBe(420);
      expect(listed).toHaveLength(420);
    }
  });

  it("shows a message sent by a clock behind the one that made the conversation", async () => {
    const world = await worldOf(2);
    const [late, early] = world.ids as [string, string];
    world.now = START - 20;
    const message = { content: "x", clientMessageId: null, afterSeq: null };
    await sendMessage(world.chat, ME, { conversationId: late, ...message });
    await sendMessage(world.chat, ME, { conversationId: early, ...message });
    expect((await pages(world.chat, [1])).map(({ id }) => id).sort()).toEqual([late, early].sort());
  });

  it("counts what others wrote above the reader's position", async () => {
    const world = await worldOf(1);
    const conversationId = world.ids[0]!;
    const send = (userId: string): Promise<unknown> =>
      sendMessage(
        world.chat,
        { userId, connectionId: null },
        { conversationId, content: "x", clientMessageId: null, afterSeq: null },
      );
    await send("peer-0");
    await send("peer-0");
    expect((await pages(world.chat, [1]))[0]).toMatchObject({ unreadCount: 2, readSeq: 0, lastSeq: 2 });
    await send("me");
    await send("peer-0");
    expect((await pages(world.chat, [1]))[0]).toMatchObject({ unreadCount: 1, readSeq: 3, lastSeq: 4 });
  });
});
