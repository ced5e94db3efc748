import type { DynamoDBRecord, DynamoDBStreamEvent, SQSEvent, SQSRecord } from "aws-lambda";
import { describe, expect, it, vi } from "vitest";
import type { Task } from "../../../lambdas/protocol/worker-tasks.ts";
import type { TaskQueue } from "../../../lambdas/chat/ports.ts";
import type { PresenceState } from "../../../lambdas/chat/model/records.ts";
import { createWorker } from "../../../lambdas/worker/handler.ts";
import type { WorkerEvent } from "../../../lambdas/worker/handler.ts";
import type { StreamChange } from "../../../lambdas/store/stream-records.ts";
import { memoryChat, SILENT } from "../../support/memory/chat.ts";
import { MemoryDatabase, slotKey } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";
import { AS_SENT } from "../../../lambdas/chat/model/message-state.ts";
import { NO_DUTIES } from "../../support/no-duties.ts";

const NOW = Date.UTC(2030, 0, 1);

/** A worker over memory. A record's change is named by its sequence number; some conversations fail. */
function scene(changes: Readonly<Record<string, StreamChange | null>> = {}, broken: readonly string[] = []) {
  const database = new MemoryDatabase();
  const queued: { readonly task: Task; readonly delaySeconds: number }[] = [];
  const held = new Map<string, Promise<void>>();
  const hold = (userId: string): (() => void) => {
    let release: () => void = () => undefined;
    held.set(userId, new Promise((resolve) => (release = resolve)));
    return () => release();
  };
  const queue: TaskQueue = {
    send: async (task, delaySeconds) => {
      if ("userId" in task) await held.get(task.userId);
      if ("userId" in task && broken.includes(task.userId)) throw new Error("no queue");
      if (broken.includes(task.type)) throw new Error("no queue");
      queued.push({ task, delaySeconds });
    },
    sendAll: async (tasks) => {
      for (const task of tasks) await queue.send(task, 0);
    },
  };
  const errors: string[] = [];
  const log = { ...SILENT, error: (message: string) => errors.push(message) };
  const chat = memoryChat({ database, log, now: () => NOW, rules: { sweepShards: 3 } });
  const get: typeof chat.heads.get = (id, consistency) =>
    broken.includes(id) ? Promise.reject(new Error("throttled")) : chat.heads.get(id, consistency);
  const worker = createWorker({
    chat: { ...chat, heads: { ...chat.heads, get } },
    queue,
    ...NO_DUTIES,
    readStreamRecord: ({ NewImage }) => {
      if (broken.includes(NewImage as string)) throw new Error("no item of ours");
      return changes[NewImage as string] ?? null;
    },
  });
  return { database, queued, errors, hold, worker: (event: WorkerEvent) => worker(event) };
}

const stream = (...numbers: readonly string[]): DynamoDBStreamEvent => streamOf(numbers);
const streamOf = (numbers: readonly string[], storedAt?: number): DynamoDBStreamEvent => ({
  Records: numbers.map(
    (SequenceNumber) =>
      ({
        eventSource: "aws:dynamodb",
        dynamodb: {
          SequenceNumber,
          NewImage: SequenceNumber,
          ...(storedAt === undefined ? {} : { ApproximateCreationDateTime: storedAt / 1000 }),
        },
      }) as unknown as DynamoDBRecord,
  ),
});
const messages = (...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map(
    (body, index) => ({ eventSource: "aws:sqs", messageId: `m${index}`, body }) as unknown as SQSRecord,
  ),
});
const stored = (conversationId: string, seq: number): StreamChange => ({
  type: "stored",
  conversationId,
  seq,
});
const leaving = (userId: string, from: PresenceState = "on"): StreamChange => ({
  type: "transition",
  transition: { userId, from, to: "leaving", version: 1, lastSeenAt: NOW - 4_000, at: NOW },
});

function addConversation(database: MemoryDatabase, id: string, messageCount: number): void {
  database.heads.set(id, {
    id,
    participants: ["ann", "bob"].map((user) => ({ id: user, readSeq: 0, readAt: null, stepSeq: 0 })),
    group: null,
    createdAt: NOW,
    lastSeq: 0,
    lastMessage: null,
    lastMessageAt: null,
    activityAt: NOW,
    largest: 0,
    lastRev: 0,
    pins: [],
  });
  for (let seq = 1; seq <= messageCount; seq += 1) {
    const message = {
      senderId: "ann",
      content: "x",
      clientMessageId: null,
      ...AS_SENT,
      system: null,
      attemptId: "a",
      createdAt: NOW,
    };
    database.messages.set(slotKey(id, seq), { conversationId: id, seq, ...message });
  }
}

describe("the stream", () => {
  it("makes every head cover what was stored", async () => {
    const changes = { "1": stored("c", 1), "2": stored("c", 3), "3": stored("d", 1), "4": null };
    const { database, worker } = scene(changes);
    addConversation(database, "c", 3);
    addConversation(database, "d", 1);
    await expect(worker(stream("1", "2", "3", "4"))).resolves.toEqual({ batchItemFailures: [] });
    expect([database.heads.get("c")?.lastSeq, database.heads.get("d")?.lastSeq]).toEqual([3, 1]);
  });

  it("reports the first record of a conversation that failed, and does the others", async () => {
    const changes = { "1": stored("d", 1), "2": stored("c", 1), "3": stored("c", 2) };
    const { database, errors, worker } = scene(changes, ["c"]);
    addConversation(database, "d", 1);
    await expect(worker(stream("1", "2", "3"))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: "2" }],
    });
    expect(database.heads.get("d")?.lastSeq).toBe(1);
    expect(errors).toEqual(["repair failed"]);
  });

  it("arranges the end of a grace for when it is over", async () => {
    const { queued, worker } = scene({ "1": leaving("ann") });
    await worker(stream("1"));
    expect(queued).toEqual([
      { task: { type: "settle", userId: "ann", lastSeenAt: NOW - 4_000 }, delaySeconds: 6 },
    ]);
  });

  it("stops a user's transitions at the first that fails: those behind it must not overtake it", async () => {
    const changes = { "1": leaving("ann"), "2": leaving("bob"), "3": leaving("bob"), "4": leaving("cy") };
    const { queued, worker } = scene(changes, ["bob"]);
    await expect(worker(stream("1", "2", "3", "4"))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: "2" }],
    });
    expect(queued.map(({ task }) => "userId" in task && task.userId)).toEqual(["ann", "cy"]);
  });

  it("hands on what has failed for half a minute: it holds up nothing, and is kept whole", async () => {
    const changes = { "1": stored("c", 2), "2": leaving("bob"), "3": leaving("cy") };
    const world = scene(changes, ["c", "bob"]);
    await expect(world.worker(streamOf(["1", "2", "3"], NOW - 29_000))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: "2" }, { itemIdentifier: "1" }],
    });
    world.queued.length = 0;
    await expect(world.worker(streamOf(["1", "2", "3"], NOW - 30_000))).resolves.toEqual({
      batchItemFailures: [],
    });
    const tasks = world.queued.map(({ task }) => task);
    expect(tasks).toHaveLength(3);
    expect(tasks).toContainEqual({ type: "repair", conversationId: "c", seq: 2 });
    const handedOver = tasks.find(({ type }) => type === "transition");
    expect(handedOver).toMatchObject({ transition: { userId: "bob", to: "leaving" } });
    // Done from the queue, it is as if the stream had done it.
    const { database, queued, worker } = scene();
    addConversation(database, "c", 2);
    await worker(messages(...tasks.map((task) => JSON.stringify(task))));
    expect(database.heads.get("c")?.lastSeq).toBe(2);
    expect(queued.map(({ task }) => task)).toContainEqual({
      type: "settle",
      userId: "bob",
      lastSeenAt: NOW - 4_000,
    });
  });

  it("repeats what it cannot hand on either", async () => {
    const { worker } = scene({ "1": stored("c", 1) }, ["c", "repair"]);
    await expect(worker(streamOf(["1"], NOW - 60_000))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: "1" }],
    });
  });

  it("tells transitions of different users side by side: one slow fan-out holds up nobody else's", async () => {
    const { queued, worker, hold } = scene({ "1": leaving("ann"), "2": leaving("bob") });
    const release = hold("ann");
    const done = worker(stream("1", "2"));
    await vi.waitFor(() =>
      expect(queued.map(({ task }) => "userId" in task && task.userId)).toEqual(["bob"]),
    );
    release();
    await expect(done).resolves.toEqual({ batchItemFailures: [] });
    expect(queued).toHaveLength(2);
  });

  it("reports a record that cannot be read, and does the others", async () => {
    const { errors, queued, worker } = scene({ "1": leaving("ann"), "3": leaving("bob") }, ["record 2"]);
    await expect(worker(stream("1", "record 2", "3"))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: "record 2" }],
    });
    expect(errors).toEqual(["record unreadable"]);
    expect(queued).toHaveLength(2);
  });

  it("leaves alone conversations nobody knows", async () => {
    const { worker } = scene({ "1": stored("gone", 1) });
    await expect(worker(stream("1"))).resolves.toEqual({ batchItemFailures: [] });
  });
});

describe("the queue", () => {
  const settle = (userId: string): string =>
    JSON.stringify({ type: "settle", userId, lastSeenAt: NOW - 10_000 });

  it("does each task, and reports those that fail alone", async () => {
    const { database, worker } = scene();
    database.users.set("ann", { ...newUser("ann"), state: "leaving", version: 1, lastSeenAt: NOW - 10_000 });
    const answer = worker(messages("{", settle("ann"), settle("nobody")));
    await expect(answer).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
    expect(database.users.get("ann")).toMatchObject({ state: "off", version: 2 });
  });

  it("keeps what is no task of this version: it must not be taken for done", async () => {
    const { errors, worker } = scene();
    const answer = worker(messages('{"type":"of_tomorrow"}', '{"type":"settle"}'));
    await expect(answer).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: "m0" }, { itemIdentifier: "m1" }],
    });
    expect(errors).toEqual(["task failed", "task failed"]);
  });

  it("settles no leave but the one it is about", async () => {
    const { database, worker } = scene();
    database.users.set("ann", { ...newUser("ann"), state: "leaving", version: 1, lastSeenAt: NOW - 1_000 });
    await worker(messages(settle("ann")));
    expect(database.users.get("ann")).toMatchObject({ state: "leaving", version: 1 });
  });
});

it("sweeps every shard on schedule", async () => {
  const { queued, worker } = scene();
  await expect(worker({ type: "sweep" })).resolves.toBeUndefined();
  expect(queued.map(({ task }) => task)).toEqual(
    [0, 1, 2].map((shard) => ({ type: "sweep_shard", shard, cursor: null })),
  );
});

it.each([{}, { type: "other" }, { Records: [{ eventSource: "aws:s3" }] }])(
  "fails loudly where it is called with %j",
  async (event) => {
    const { queued, worker } = scene();
    await expect(worker(event as unknown as WorkerEvent)).rejects.toThrow("does not know this event");
    expect(queued).toEqual([]);
  },
);
