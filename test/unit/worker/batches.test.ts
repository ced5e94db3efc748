import type { SQSEvent, SQSRecord } from "aws-lambda";
import { expect, it } from "vitest";
import type { Push } from "../../../lambdas/chat/ports.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import type { Task } from "../../../lambdas/protocol/worker-tasks.ts";
import { createWorker } from "../../../lambdas/worker/handler.ts";
import { aHead, freshConversationId } from "../../support/made-records.ts";
import { memoryChat, MemorySockets } from "../../support/memory/chat.ts";
import { memberKey, MemoryDatabase } from "../../support/memory/database.ts";
import { MemoryMetrics } from "../../support/memory/metrics.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";
import { NO_DUTIES } from "../../support/no-duties.ts";

/** What ten messages sent at once cost a group at the management API; docs/operations.md has the figures. */

const MESSAGES = 10;
/** Of the worker's queue, in one invocation. */
const TASKS = 10;
const ann = { userId: "user-0", connectionId: "socket-0" };

/** A group with a connection each in its room; `takesBatches`: those with such a number. */
function scene(size: number, takesBatches: (n: number) => boolean) {
  const database = new MemoryDatabase();
  const sockets = new MemorySockets();
  const metrics = new MemoryMetrics();
  const id = freshConversationId();
  const group = {
    ...{ title: "Sailing", avatarUrl: null, metadata: null, history: "all" as const },
    ...{ memberCount: size, membershipSeq: 1, systemCount: 1, systemSeqs: [1] },
  };
  database.heads.set(id, aHead({ id, participants: [], group, lastSeq: 1, activityAt: Infinity }));
  for (let n = 0; n < size; n += 1) {
    const userId = `user-${n}`;
    const connection = {
      ...{ id: `socket-${n}`, lease: Infinity, since: 0, rooms: new Set([id]) },
      ...(takesBatches(n) ? { takesBatches: true } : {}),
    };
    database.users.set(userId, { ...newUser(userId), state: "on", version: 1, connections: [connection] });
    const member = {
      ...{ userId, role: "member" as const, joinedAt: 1, joinedSeq: 0, asOfSeq: 1 },
      ...{ readSeq: 1, readSystems: 1, readAt: null },
    };
    database.members.set(memberKey(id, userId), { conversationId: id, member });
  }
  const tasks: Task[] = [];
  const queue = {
    send: () => Promise.reject(new Error("All at once.")),
    sendAll: (all: readonly Task[]) => Promise.resolve(void tasks.push(...all)),
  };
  const chat = {
    ...memoryChat({ database, sockets, metrics, queue, random: seededRandom(7) }),
    // What runs side by side is waited for, however slow the machine.
    clock: { now: () => Date.UTC(2030, 0, 1), pause: () => new Promise<void>(() => undefined) },
  };
  const broken = new Set<number>();
  const get: typeof chat.messages.get = (conversationId, seq) =>
    broken.has(seq) ? Promise.reject(new Error("throttled")) : chat.messages.get(conversationId, seq);
  const worker = createWorker({
    chat: { ...chat, messages: { ...chat.messages, get } },
    queue,
    ...NO_DUTIES,
    readStreamRecord: () => null,
  });
  return {
    /** Messages that cannot be read. */
    broken,
    ...{ sockets, metrics, tasks },
    send: async () => {
      for (let seq = 2; seq < 2 + MESSAGES; seq += 1) {
        const content = `message ${seq}`;
        await sendMessage(chat, ann, {
          ...{ conversationId: id, content, clientMessageId: null, afterSeq: seq - 1 },
        });
      }
    },
    /** As the queue gives them out, in no order. */
    work: (some: readonly Task[]) => worker(eventOf(some.toReversed())),
  };
}

const eventOf = (tasks: readonly Task[]): SQSEvent => ({
  Records: tasks.map(
    (task, n) =>
      ({ eventSource: "aws:sqs", messageId: `m${n}`, body: JSON.stringify(task) }) as unknown as SQSRecord,
  ),
});

const SEQS = Array.from({ length: MESSAGES }, (_, n) => n + 2);
const numberOf = (connectionId: string): number => Number(connectionId.split("-")[1]);

/** Of the messages each connection was told of, in the order in which it was. */
function seqsByConnection(pushed: readonly Push[]): ReadonlyMap<string, readonly number[]> {
  const told = new Map<string, number[]>();
  for (const { connectionId, frame } of pushed) {
    const seqs = told.get(connectionId) ?? [];
    for (const event of frame.type === "batch" ? frame.events : [frame])
      if (event.type === "new_message") seqs.push(event.message.seq);
    told.set(connectionId, seqs);
  }
  return told;
}

it.each([
  ["200", 200, () => true, 1_990],
  ["450, none of whom takes batches", 450, () => false, 4_490],
  ["450", 450, () => true, 2_449],
  ["450, every other of whom takes batches", 450, (n: number) => n % 2 === 0, 3_501],
  ["1,000, none of whom takes batches", 1_000, () => false, 9_990],
  ["1,000", 1_000, () => true, 5_906],
] as const)("ten messages at once to a group of %s", async (_name, size, takesBatches, frames) => {
  const { sockets, metrics, tasks, send, work } = scene(size, takesBatches);
  await send();
  expect(sockets.pushed).toHaveLength(MESSAGES * Math.min(200, size - 1));
  for (let at = 0; at < tasks.length; at += TASKS) {
    const before = sockets.pushed.length;
    expect(await work(tasks.slice(at, at + TASKS))).toEqual({ batchItemFailures: [] });
    // What one invocation tells anybody is in the order of the messages.
    const told = seqsByConnection(sockets.pushed.slice(before));
    for (const seqs of told.values()) expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  }
  expect(sockets.pushed).toHaveLength(frames);
  expect(metrics.counts.PushesDelivered).toBe(MESSAGES * (size - 1));
  // As docs/operations.md reckons it.
  const { BatchesDelivered = 0, PushesBatched = 0 } = metrics.counts;
  expect(MESSAGES * (size - 1) - PushesBatched + BatchesDelivered).toBe(frames);
  // Each has every message once.
  const told = [...seqsByConnection(sockets.pushed).values()];
  expect(told.map((seqs) => seqs.toSorted((a, b) => a - b))).toEqual(Array(size - 1).fill(SEQS));
  const batched = sockets.pushed.filter(({ frame }) => frame.type === "batch");
  expect(batched.filter(({ connectionId }) => !takesBatches(numberOf(connectionId)))).toEqual([]);
});

it("a task that fails is reported alone: what it tells comes again, what the others tell is told", async () => {
  const { broken, sockets, tasks, send, work } = scene(202, () => true);
  await send();
  const alike = tasks.map((task) => ({ ...task, targets: [{ userId: "user-1", connectionId: "socket-1" }] }));
  sockets.pushed.length = 0;
  broken.add(5);
  const { batchItemFailures } = (await work(alike))!;
  // The fourth message, of those the queue gave out last first.
  expect(batchItemFailures).toEqual([{ itemIdentifier: "m6" }]);
  expect(seqsByConnection(sockets.pushed)).toEqual(new Map([["socket-1", SEQS.filter((seq) => seq !== 5)]]));
  expect(sockets.pushed).toHaveLength(1);
});
