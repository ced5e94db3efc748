import { expect } from "vitest";
import type { Chat } from "../../../lambdas/chat/chat.ts";
import { openConnection } from "../../../lambdas/chat/operations/open-connection.ts";
import { closeConnection } from "../../../lambdas/chat/operations/close-connection.ts";
import { fanOut } from "../../../lambdas/chat/steps/fan-out.ts";
import type { Task } from "../../../lambdas/protocol/worker-tasks.ts";
import type { TaskQueue } from "../../../lambdas/chat/ports.ts";
import { isOnline, isSignedOut } from "../../../lambdas/chat/model/presence.ts";
import type { UserRecord } from "../../../lambdas/chat/model/records.ts";
import { announceTransition } from "../../../lambdas/chat/operations/announce-presence.ts";
import { signOutUser } from "../../../lambdas/chat/operations/sign-out-user.ts";
import { runTask } from "../../../lambdas/worker/run-tasks.ts";
import { startSweep } from "../../../lambdas/chat/operations/sweep-presence.ts";
import type { EventFrame } from "../../../lambdas/protocol/server-frames.ts";
import { memoryChat, MemorySockets } from "../../support/memory/chat.ts";
import { MemoryDatabase, rowKey } from "../../support/memory/database.ts";
import { Crash, Environment } from "../../support/memory/environment.ts";
import { Interleaver } from "../../support/memory/interleaver.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";
import { NO_DUTIES } from "../../support/no-duties.ts";

export const USER = "ann";
const PEER = "bob";
export const MAX_CONNECTIONS = 10;
const HOUR = 60 * 60 * 1000;

export type PresenceOp =
  | { readonly type: "connect"; readonly tokenMs: number; readonly death: number | null }
  /** Some socket closes; its `$disconnect` may never come. */
  | {
      readonly type: "disconnect";
      readonly which: number;
      readonly isLost: boolean;
      readonly death: number | null;
    }
  | { readonly type: "push"; readonly death: number | null }
  | { readonly type: "sign_out"; readonly death: number | null }
  | { readonly type: "sweep" };

export interface PresencePlan {
  readonly seed: number;
  readonly graceMs: number;
  readonly answerLoss: number;
  /** Share of the worker's invocations that die on the way; what they were about is delivered again. */
  readonly workerDeaths: number;
  /** What happens at the same time, after a time in which nothing did. */
  readonly batches: readonly { readonly passMs: number; readonly ops: readonly PresenceOp[] }[];
}

type Socket = {
  state: "connecting" | "open" | "closed";
  readonly lease: number;
  /** When its token was issued, in seconds. */
  readonly issuedAt: number;
};

/** One user's sockets as the gateway has them, against what the record says. */
export class PresenceWorld {
  readonly database = new MemoryDatabase();
  /** What the peer was told, in the order of the record's versions. */
  readonly announcements: Extract<EventFrame, { type: "user_online" | "user_offline" }>[] = [];
  readonly #plan: PresencePlan;
  readonly #random: () => number;
  readonly #interleaver: Interleaver;
  readonly #sockets = new Map<string, Socket>();
  readonly #closing: string[] = [];
  readonly #tasks: { readonly task: Task; readonly due: number }[] = [];
  #streamed = 1;
  #maxLag = 6;
  #workerDeaths: number;
  #now = Date.UTC(2030, 0, 1);

  constructor(plan: PresencePlan) {
    this.#plan = plan;
    this.#workerDeaths = plan.workerDeaths;
    this.#random = seededRandom(plan.seed);
    this.#interleaver = new Interleaver(this.#random);
    const connection = { id: "socket-of-the-peer", lease: Infinity, since: 0, rooms: new Set<string>() };
    this.database.users.set(USER, newUser(USER));
    this.database.users.set(PEER, { ...newUser(PEER), state: "on", connections: [connection] });
    const row = { userId: USER, peerId: PEER, conversationId: "c", activityAt: 0 };
    // Often enough that no replica lags behind the beginning.
    for (let writes = 0; writes < 10; writes += 1) this.database.rows.set(rowKey(USER, "c"), row);
  }

  get user(): UserRecord {
    return this.database.users.get(USER)!;
  }

  async run(): Promise<void> {
    for (const { passMs, ops } of this.#plan.batches) await this.#batch(passMs, ops);
  }

  /** Every socket goes without a word; the leases run out, and the sweep comes by. */
  async endWithoutGoodbye(): Promise<void> {
    for (const socket of this.#sockets.values()) socket.state = "closed";
    this.#closing.length = 0;
    // By then every replica has caught up, and nothing breaks any more.
    this.#maxLag = 0;
    this.#workerDeaths = 0;
    await this.#batch(3 * HOUR, []);
    expect(isOnline(this.user, this.#now, this.#rules)).toBe(false);
    await this.#batch(0, [{ type: "sweep" }]);
    await this.#batch(this.#plan.graceMs + 60_000, []);
    await this.#batch(this.#plan.graceMs + 60_000, []);
  }

  async #batch(passMs: number, ops: readonly PresenceOp[]): Promise<void> {
    this.#now += passMs;
    const due = this.#tasks.filter(({ due }) => due <= this.#now);
    for (const one of due) this.#tasks.splice(this.#tasks.indexOf(one), 1);
    const disconnects = this.#closing.splice(0);
    await this.#interleaver.run([
      ...ops.map((op) => this.#perform(op)),
      ...disconnects.map((id) => this.#invoke(null, (chat) => this.#disconnected(chat, id))),
      // The queue delivers at least once.
      ...[...due, ...due.slice(0, 1)].map(({ task }) =>
        this.#untilSurvived((chat) => runTask({ chat, queue: this.#queue, ...NO_DUTIES }, task)),
      ),
    ]);
    await this.#interleaver.run([this.#stream()]);
    this.#check();
  }

  async #perform(op: PresenceOp): Promise<void> {
    switch (op.type) {
      case "connect": {
        const id = `socket-${this.#sockets.size}`;
        const issuedAt = this.#now / 1000;
        const lease = this.#now + Math.min(2 * HOUR, op.tokenMs);
        const socket: Socket = { state: "connecting", lease, issuedAt };
        this.#sockets.set(id, socket);
        const arrival = {
          userId: USER,
          connectionId: id,
          tokenExpiresAt: this.#now + op.tokenMs,
          tokenIssuedAt: issuedAt,
        };
        let isLetIn = false;
        const survived = await this.#invoke(op.death, async (chat) => {
          isLetIn = await openConnection(chat, this.#queue, arrival);
        });
        if (!survived) this.#forgetWhomTheDeadEvicted(socket);
        else socket.state = isLetIn ? "open" : "closed";
        return;
      }
      case "disconnect": {
        const open = [...this.#sockets].filter(([, { state }]) => state === "open");
        const [id, socket] = open[op.which % open.length] ?? [];
        if (!id || !socket) return;
        socket.state = "closed";
        if (!op.isLost) await this.#invoke(op.death, (chat) => this.#disconnected(chat, id));
        return;
      }
      case "push":
        await this.#invoke(op.death, async (chat) => {
          const user = await chat.users.get(USER, "eventual");
          const frame = { type: "user_typing", conversationId: "c", userId: PEER } as const;
          if (user) await fanOut(chat, [user], () => frame);
        });
        return;
      case "sign_out": {
        const survived = await this.#invoke(op.death, (chat) => signOutUser(chat, this.#queue, USER));
        if (!survived) this.#forgetWhomTheDeadEvicted(null);
        return;
      }
      case "sweep":
        await this.#untilSurvived((chat) => startSweep(chat, this.#queue));
        return;
    }
  }

  /** An environment that dies between the eviction and the close leaves a socket only its lifetime ends. */
  #forgetWhomTheDeadEvicted(refused: Socket | null): void {
    if (refused) refused.state = "closed";
    const registered = new Set(this.user.connections.map(({ id }) => id));
    for (const [id, socket] of this.#sockets) {
      if (socket.state === "open" && !registered.has(id)) socket.state = "closed";
    }
  }

  readonly #disconnected = (chat: Chat, id: string): Promise<void> =>
    closeConnection(chat, { userId: USER, connectionId: id });

  /** What the table's stream brings: every change of state, in order. */
  async #stream(): Promise<void> {
    const versions = this.database.users.history(USER);
    for (; this.#streamed < versions.length; this.#streamed += 1) {
      const { state: from } = versions[this.#streamed - 1]!;
      const { state: to, version, lastSeenAt } = versions[this.#streamed]!;
      if (from === to) continue;
      const transition = { userId: USER, from, to, version, lastSeenAt, at: this.#now };
      await this.#untilSurvived((chat) => announceTransition(chat, this.#queue, transition));
    }
  }

  /** The worker's sources deliver again what an invocation has not lived to finish. */
  async #untilSurvived(work: (chat: Chat) => Promise<void>): Promise<void> {
    let survived: boolean;
    do {
      const dies = this.#random() < this.#workerDeaths;
      survived = await this.#invoke(dies ? 1 + Math.floor(this.#random() * 6) : null, work);
    } while (!survived);
  }

  readonly #queue: TaskQueue = {
    send: (task, delaySeconds) => {
      expect(delaySeconds).toBeGreaterThanOrEqual(0);
      expect(delaySeconds).toBeLessThanOrEqual(900);
      this.#tasks.push({ task, due: this.#now + delaySeconds * 1000 });
      return Promise.resolve();
    },
    sendAll: async (tasks) => {
      for (const task of tasks) await this.#queue.send(task, 0);
    },
  };

  async #invoke(death: number | null, work: (chat: Chat) => Promise<void>): Promise<boolean> {
    const environment = new Environment({
      interleaver: this.#interleaver,
      random: this.#random,
      onStep: () => (this.#now += Math.floor(this.#random() * 3)),
      answerLoss: this.#plan.answerLoss,
      maxLag: this.#maxLag,
    });
    environment.dieAt(death);
    const sockets = new MemorySockets(environment);
    sockets.outcomeOf = (id) =>
      id.startsWith("socket-of") || this.#sockets.get(id)?.state === "open" ? "delivered" : "gone";
    // A socket inside its own `$connect` is not there yet for the management API, and opens all the same.
    sockets.closeOutcomeOf = (id) => (this.#sockets.get(id)?.state === "open" ? "closed" : "gone");
    const chat = memoryChat({
      database: this.database,
      hooks: environment,
      sockets,
      random: this.#random,
      now: () => this.#now,
      rules: this.#rules,
    });
    try {
      await work(chat);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    for (const { frame } of sockets.pushed) {
      if (frame.type === "user_online" || frame.type === "user_offline") this.announcements.push(frame);
    }
    for (const id of sockets.closed) this.#closed(id);
    return !environment.isDead;
  }

  #closed(id: string): void {
    const socket = this.#sockets.get(id);
    if (!socket || socket.state === "closed") return;
    socket.state = "closed";
    this.#closing.push(id);
  }

  get #rules(): { readonly graceMs: number; readonly maxConnections: number } {
    return { graceMs: this.#plan.graceMs, maxConnections: MAX_CONNECTIONS };
  }

  /** When everything is still, record and sockets agree. */
  #check(): void {
    const registered = new Set(this.user.connections.map(({ id }) => id));
    const open = [...this.#sockets].filter(([, { state, lease }]) => state === "open" && lease > this.#now);
    const toBeClosed = new Set(
      this.#tasks.flatMap(({ task }) => (task.type === "close_connections" ? task.connectionIds : [])),
    );
    const live = open.filter(([id]) => registered.has(id));
    const tooOld = ([, { issuedAt }]: readonly [string, Socket]): boolean => isSignedOut(this.user, issuedAt);
    expect([...this.#sockets].filter(([id]) => registered.has(id)).filter(tooOld)).toEqual([]);
    expect(open.filter(([id]) => !registered.has(id) && !toBeClosed.has(id))).toEqual([]);
    expect(live.length).toBeLessThanOrEqual(MAX_CONNECTIONS);
    if (live.length > 0) expect(isOnline(this.user, this.#now, this.#rules)).toBe(true);
    if (isOnline(this.user, this.#now, this.#rules) && this.user.state === "on") {
      expect(this.user.connections.some(({ lease }) => lease > this.#now)).toBe(true);
    }
  }
}
