import { beforeEach, describe, expect, it } from "vitest";
import type { Chat } from "../../../lambdas/chat/chat.ts";
import { gatherPushes } from "../../../lambdas/chat/gather-pushes.ts";
import { COUNTERS, REFUSED } from "../../../lambdas/chat/metrics.ts";
import type { Counter } from "../../../lambdas/chat/metrics.ts";
import { Refusal } from "../../../lambdas/chat/model/refusal.ts";
import { closeConnection } from "../../../lambdas/chat/operations/close-connection.ts";
import { editMessage } from "../../../lambdas/chat/operations/change-message.ts";
import { findOrCreateConversation } from "../../../lambdas/chat/operations/find-or-create-conversation.ts";
import { openConnection } from "../../../lambdas/chat/operations/open-connection.ts";
import { repairHead } from "../../../lambdas/chat/operations/repair-head.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import { settlePresence } from "../../../lambdas/chat/operations/settle-presence.ts";
import { sweepShard } from "../../../lambdas/chat/operations/sweep-presence.ts";
import { fanOut } from "../../../lambdas/chat/steps/fan-out.ts";
import type { ErrorCode } from "../../../lambdas/protocol/codes.ts";
import { toClientError } from "../../../lambdas/runtime/client-error.ts";
import { memoryChat, MemorySockets, NO_QUEUE } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { MemoryMetrics } from "../../support/memory/metrics.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";

const NOW = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const queue = { send: () => Promise.resolve(), sendAll: () => Promise.resolve() };
const ann = { userId: "ann", connectionId: "ann-1" };

let now: number;
let database: MemoryDatabase;
let sockets: MemorySockets;
let metrics: MemoryMetrics;
let chat: Chat;
let conversationId: string;
beforeEach(async () => {
  now = NOW;
  database = new MemoryDatabase();
  sockets = new MemorySockets();
  for (const id of ["ann", "bob"]) {
    const connections = [1, 2].map((device) => ({
      id: `${id}-${device}`,
      lease: Infinity,
      since: 0,
      rooms: new Set<string>(),
    }));
    database.users.set(id, { ...newUser(id), state: "on", version: 1, connections });
  }
  database.users.set("eve", newUser("eve"));
  chat = cold();
  conversationId = (await findOrCreateConversation(chat, ann, "bob")).conversationId;
  metrics = new MemoryMetrics();
  chat = cold();
});

/** A function that remembers nothing; what it counts is counted with the rest. */
const cold = (seed = 1): Chat =>
  memoryChat({ database, sockets, metrics, now: () => now, random: seededRandom(seed) });
const send = (on: Chat = chat, clientMessageId: string | null = null, afterSeq: number | null = null) =>
  sendMessage(on, ann, { conversationId, content: "x", clientMessageId, afterSeq });
/** A function that dies between the message and its head. */
const dying = (): Chat => ({
  ...cold(2),
  heads: { ...chat.heads, move: () => Promise.reject(new Error("died")) },
});
const connect = (userId: string): Promise<boolean> =>
  openConnection(chat, NO_QUEUE, {
    userId,
    connectionId: `${userId}-9`,
    tokenExpiresAt: now + HOUR,
    tokenIssuedAt: null,
  });

/** What each scene must have counted when it is over: no less, and no more. */
const SCENES: Readonly<
  Record<string, { readonly play: () => Promise<unknown>; readonly counts: Partial<Record<Counter, number>> }>
> = {
  "a send": {
    play: () => send(),
    counts: { Sends: 1, PushesDelivered: 3, PushesGone: 0, PushesFailed: 0 },
  },
  "an edit, and its repeat": {
    play: async () => {
      await send();
      for (let tries = 0; tries < 2; tries += 1)
        await editMessage(chat, ann, { conversationId, seq: 1, content: "y", ifRev: 0 });
    },
    counts: { Sends: 1, Changes: 1, PushesDelivered: 6, PushesGone: 0, PushesFailed: 0 },
  },
  "pushes of every outcome": {
    play: () => {
      sockets.outcomeOf = (id) => (id === "bob-1" ? "gone" : id === "bob-2" ? "failed" : "delivered");
      return send();
    },
    counts: { Sends: 1, PushesDelivered: 1, PushesGone: 1, PushesFailed: 1 },
  },
  "a push that is late": {
    play: () => {
      sockets.outcomeOf = (id) => (id === "bob-1" ? "late" : "delivered");
      return send();
    },
    counts: { Sends: 1, PushesDelivered: 2, PushesGone: 0, PushesFailed: 0, PushesLate: 1 },
  },
  "a batch": {
    play: async () => {
      const record = database.users.get("bob")!;
      const connections = record.connections.map((one) => ({ ...one, takesBatches: one.id === "bob-1" }));
      database.users.set("bob", { ...record, connections });
      const frame = { type: "user_typing", conversationId, userId: "ann" } as const;
      const run = gatherPushes(chat);
      const tell = () => run((gathered) => fanOut(gathered, [database.users.get("bob")!], () => frame));
      await Promise.all([tell(), tell()]);
    },
    counts: { PushesDelivered: 4, PushesGone: 0, PushesFailed: 0, BatchesDelivered: 1, PushesBatched: 2 },
  },
  "a repeat": {
    play: async () => {
      await send(chat, "m", 0);
      await send(chat, "m", 0);
    },
    counts: { Sends: 1, Repeats: 1, PushesDelivered: 3, PushesGone: 0, PushesFailed: 0 },
  },
  "two who want one slot": {
    play: async () => {
      await send();
      // Another function remembers the conversation as it was before.
      chat.memory.heads.set(conversationId, database.heads.history(conversationId)[0]!);
      await send();
    },
    counts: { Sends: 2, AppendConflicts: 1, PushesDelivered: 6, PushesGone: 0, PushesFailed: 0 },
  },
  "a head that the repeat repairs": {
    play: async () => {
      await expect(send(dying(), "m", 0)).rejects.toThrow("died");
      await send(cold(), "m", 0);
    },
    counts: {
      Repeats: 1,
      HeadsRepairedByRepeat: 1,
      PushesDelivered: 3,
      PushesGone: 0,
      PushesFailed: 0,
      Sends: 1,
    },
  },
  "a head that the worker repairs, once": {
    play: async () => {
      await expect(send(dying())).rejects.toThrow("died");
      await repairHead(chat, conversationId, 1);
      await repairHead(chat, conversationId, 1);
    },
    counts: { HeadsRepairedByWorker: 1, Sends: 1 },
  },
  "a first connection, and a second": {
    play: async () => {
      await connect("eve");
      await openConnection(chat, NO_QUEUE, {
        userId: "eve",
        connectionId: "eve-2",
        tokenExpiresAt: now + HOUR,
        tokenIssuedAt: null,
      });
    },
    counts: { WentOnline: 1 },
  },
  "a leave, at the end of its grace": {
    play: async () => {
      await connect("eve");
      await closeConnection(chat, { userId: "eve", connectionId: "eve-9" });
      await settlePresence(chat, "eve", now);
    },
    counts: { WentOnline: 1, WentOffline: 1 },
  },
  "a ghost": {
    play: async () => {
      await connect("eve");
      now += 2 * HOUR;
      for (let cursor: string | null = null, page = 0; page < 3; page += 1) {
        await sweepShard(chat, queue, 0, cursor);
        cursor = (await chat.users.listNotOff(0, cursor, 100)).cursor;
        if (cursor === null) break;
      }
    },
    counts: { WentOnline: 1, WentOffline: 1, GhostsSwept: 1 },
  },
  "refusals of every code": {
    play: () => {
      for (const code of Object.keys(REFUSED) as ErrorCode[]) {
        toClientError(code === "INTERNAL" ? new Error("x") : new Refusal(code, "No."), chat, "sync");
      }
      return Promise.resolve();
    },
    counts: Object.fromEntries(Object.values(REFUSED).map((counter) => [counter, 1])),
  },
};

describe("what is counted:", () => {
  it.each(Object.entries(SCENES))("%s", async (_name, { play, counts }) => {
    await play();
    expect(metrics.counts).toEqual(counts);
  });

  it("every counter there is, somewhere above", () => {
    const counted = Object.values(SCENES).flatMap(({ counts }) =>
      Object.entries(counts).flatMap(([counter, times]) => (times > 0 ? [counter] : [])),
    );
    expect([...new Set(counted)].toSorted()).toEqual([...COUNTERS].toSorted());
  });
});

it("a fan-out takes as long as its slowest push, and none that pushes nothing is measured", async () => {
  const push = sockets.push.bind(sockets);
  sockets.push = (pushes) => {
    now += 40;
    return push(pushes);
  };
  await send();
  expect(metrics.measured("FanOutTime")).toEqual([40]);
  for (const id of ["ann", "bob"]) database.users.set(id, newUser(id));
  await send();
  expect(metrics.measured("FanOutTime")).toEqual([40]);
});
