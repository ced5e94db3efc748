import { describe, expect, it } from "vitest";
import { announceTransition } from "../../../lambdas/chat/operations/announce-presence.ts";
import { startSweep } from "../../../lambdas/chat/operations/sweep-presence.ts";
import type { Chat } from "../../../lambdas/chat/chat.ts";
import type { TaskQueue } from "../../../lambdas/chat/ports.ts";
import type { Task } from "../../../lambdas/protocol/worker-tasks.ts";
import { runTask } from "../../../lambdas/worker/run-tasks.ts";
import { memoryChat, MemorySockets } from "../../support/memory/chat.ts";
import { MemoryDatabase, rowKey } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";
import { NO_DUTIES } from "../../support/no-duties.ts";

const NOW = Date.UTC(2030, 0, 1);
const HOUR = 60 * 60 * 1_000;
/** Lambda takes a chain of about 16 runs of one function for a loop. */
const HOPS = 3;

interface Scene {
  readonly database: MemoryDatabase;
  readonly sockets: MemorySockets;
  readonly chat: Chat;
  /** What each hop queued, until nothing is left. */
  run(start: (queue: TaskQueue) => Promise<void>): Promise<readonly (readonly Task[])[]>;
}

function scene(): Scene {
  const database = new MemoryDatabase();
  const sockets = new MemorySockets();
  const chat = memoryChat({ database, sockets, now: () => NOW });
  return {
    database,
    sockets,
    chat,
    run: async (start) => {
      let queued: Task[] = [];
      const queue: TaskQueue = {
        send: (task) => Promise.resolve(void queued.push(task)),
        sendAll: (tasks) => Promise.resolve(void queued.push(...tasks)),
      };
      const hops: (readonly Task[])[] = [];
      await start(queue);
      while (queued.length > 0) {
        const hop = queued;
        queued = [];
        hops.push(hop);
        for (const task of hop) await runTask({ chat, queue, ...NO_DUTIES }, task);
      }
      return hops;
    },
  };
}

function addPeers({ database }: Scene, userId: string, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const peerId = `peer-${String(n).padStart(5, "0")}`;
    const connection = { id: `socket-of-${peerId}`, lease: Infinity, since: 0, rooms: new Set<string>() };
    database.users.set(peerId, { ...newUser(peerId), state: "on", connections: [connection] });
    database.rows.set(rowKey(userId, `c-${peerId}`), {
      userId,
      peerId,
      conversationId: `c-${peerId}`,
      activityAt: 0,
    });
  }
}

describe("a user who comes online", () => {
  const online = { userId: "ann", from: "off", to: "on", version: 2, lastSeenAt: null, at: NOW } as const;

  it.each([0, 1, 100, 101, 2_500, 10_000])(
    "is announced to %i peers in few hops, once each",
    async (count) => {
      const world = scene();
      addPeers(world, "ann", count);
      const hops = await world.run((queue) => announceTransition(world.chat, queue, online));
      const told = world.sockets.pushed.map(({ connectionId }) => connectionId);
      expect(told).toHaveLength(count);
      expect(new Set(told).size).toBe(count);
      expect(hops.length).toBeLessThan(HOPS);
      const shares = hops.flat().map((task) => (task.type === "announce_to" ? task.peers.length : Infinity));
      expect(Math.max(0, ...shares)).toBeLessThanOrEqual(100);
    },
    60_000,
  );

  it("is announced to more peers than one hop divides, by a task that divides the rest", async () => {
    const world = scene();
    addPeers(world, "ann", 10_150);
    const [first = [], second = []] = await world.run((queue) =>
      announceTransition(world.chat, queue, online),
    );
    expect(new Set(world.sockets.pushed.map(({ connectionId }) => connectionId)).size).toBe(10_150);
    expect(first.filter(({ type }) => type === "announce")).toHaveLength(1);
    expect(second).toHaveLength(1);
  });

  it("is announced by a task that the version before this one has queued", async () => {
    const world = scene();
    addPeers(world, "ann", 250);
    const announcement = { userId: "ann", online: true, at: NOW, lastSeenAt: null, version: 2 };
    await world.run((queue) => queue.send({ type: "announce", announcement, cursor: "c-peer-00099" }, 0));
    expect(world.sockets.pushed).toHaveLength(150);
  });
});

it("the sweep reaches everybody who is not off in few hops", async () => {
  const world = scene();
  for (let n = 0; n < 3_000; n += 1) {
    const id = `user-${String(n).padStart(5, "0")}`;
    const connection = {
      id: `socket-of-${id}`,
      lease: NOW - 1,
      since: NOW - 2 * HOUR,
      rooms: new Set<string>(),
    };
    world.database.users.set(id, { ...newUser(id), state: "on", version: 1, connections: [connection] });
  }
  const hops = await world.run((queue) => startSweep(world.chat, queue));
  const online = world.database.users.values().filter(({ connections }) => connections.length > 0);
  expect(online).toEqual([]);
  expect(hops.length).toBeLessThanOrEqual(HOPS);
});
