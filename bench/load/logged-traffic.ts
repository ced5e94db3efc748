import type { DynamoDBRecord } from "aws-lambda";
import type { Chat } from "../../lambdas/chat/chat.ts";
import type { TaskQueue } from "../../lambdas/chat/ports.ts";
import { createHttpHandler } from "../../lambdas/http/router.ts";
import { createLog } from "../../lambdas/runtime/log.ts";
import { createMetrics, type MetricsWriter } from "../../lambdas/runtime/metrics.ts";
import { observed } from "../../lambdas/runtime/observed.ts";
import type { StreamChange } from "../../lambdas/store/stream-records.ts";
import { createWebSocketHandler } from "../../lambdas/websocket/router.ts";
import { createWorker } from "../../lambdas/worker/handler.ts";
import {
  connectEvent,
  disconnectEvent,
  httpEvent,
  messageEvent,
  type Socket,
} from "../../test/support/events.ts";
import { memoryChat, MemorySockets } from "../../test/support/memory/chat.ts";
import { MemoryDatabase } from "../../test/support/memory/database.ts";
import { NO_DUTIES } from "../../test/support/no-duties.ts";

/** How many are sent, how fast, and how many environments of each function they meet in turn. */
export interface Traffic {
  readonly sends: number;
  readonly perSecond: number;
  readonly environments: number;
}

/** What all functions have written to their logs, the line ends included. */
export interface Logged {
  readonly lines: readonly string[];
  readonly bytes: number;
}

const START = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
/** How long the worker's event source gathers stored messages. */
const GATHERED_MS = 5_000;

/**
 * Plays a pair with two devices each: every message is read over HTTP, and each minute a friend comes or goes.
 * The handlers, the log and the metrics are those that are deployed, over stores in memory and a clock that is
 * moved; at the default level, as Lambda would take the lines from their standard output.
 */
export async function playTraffic({ sends, perSecond, environments }: Traffic): Promise<Logged> {
  const world = new World(environments);
  return captured(async () => {
    const [sender] = await Promise.all([
      world.connect("ann", "a1"),
      world.connect("ann", "a2"),
      world.connect("bob", "b1"),
      world.connect("bob", "b2"),
    ]);
    const conversationId = await world.meet("ann", "bob");
    await world.meet("ann", "eve");
    let nextMinute = START + MINUTE;
    for (let index = 0; index < sends; index += 1) {
      world.now = Math.max(world.now, START + (index * 1000) / perSecond);
      await world.send(sender, conversationId, index);
      await world.read("bob", conversationId, index + 1);
      if (world.now < nextMinute) continue;
      nextMinute += MINUTE;
      await world.comeOrGo("eve");
    }
  });
}

class World {
  now = START;
  readonly #database = new MemoryDatabase();
  readonly #webSocket;
  readonly #http;
  readonly #worker;
  #calls = 0;
  #gathered: StreamChange[] = [];
  #gatheredAt = START;
  #friend: Socket | null = null;

  constructor(environments: number) {
    const sockets = new MemorySockets();
    const push = sockets.push.bind(sockets);
    // From 5 to 64 ms, as pushes take.
    sockets.push = (pushes) => {
      this.now += 5 + ((this.#calls * 7) % 60);
      return push(pushes);
    };
    const chat = (): Chat & { readonly metrics: MetricsWriter } => {
      const now = (): number => this.now;
      const metrics = createMetrics("prod", now);
      const database = this.#database;
      return { ...memoryChat({ database, sockets, now, log: createLog(undefined), metrics }), metrics };
    };
    const queue: TaskQueue = { send: () => Promise.resolve(), sendAll: () => Promise.resolve() };
    const each = <T>(make: () => T): readonly T[] => Array.from({ length: environments }, make);
    this.#webSocket = each(() => {
      const own = chat();
      return observed(own, createWebSocketHandler({ chat: own, queue }));
    });
    this.#http = each(() => {
      const own = chat();
      return observed(own, createHttpHandler(own));
    });
    const own = chat();
    const parts = {
      chat: own,
      queue,
      ...NO_DUTIES,
      readStreamRecord: ({ NewImage }: { NewImage?: unknown }) => NewImage as StreamChange,
    };
    this.#worker = observed(own, createWorker(parts));
  }

  async connect(userId: string, connectionId: string): Promise<Socket> {
    const context = { tokenExpiresAt: String(START / 1000 + 86_400) };
    const socket = { connectionId, connectedAt: this.now, userId, context };
    await this.#next(this.#webSocket)(connectEvent(socket), { awsRequestId: connectionId });
    return socket;
  }

  async meet(userId: string, otherUserId: string): Promise<string> {
    const claims = (sub: string) => ({ sub, name: sub });
    const list = { route: "GET /api/conversations", claims: claims(otherUserId) };
    await this.#next(this.#http)(httpEvent(list));
    const route = "POST /api/conversations/find-or-create";
    const { body } = await this.#next(this.#http)(
      httpEvent({ route, claims: claims(userId), body: { otherUserId } }),
    );
    return (JSON.parse(body ?? "{}") as { conversationId: string }).conversationId;
  }

  /** @throws Error if it is not acked */
  async send(sender: Socket, conversationId: string, index: number): Promise<void> {
    const frame = {
      action: "send_message",
      id: "1",
      conversationId,
      content: "x",
      clientMessageId: String(index),
    };
    const { body } = await this.#next(this.#webSocket)(messageEvent(sender, { ...frame, afterSeq: index }));
    if (!body?.includes('"type":"ack"')) throw new Error(`A send was answered with ${body ?? "nothing"}.`);
    this.#gathered.push({ type: "stored", conversationId, seq: index + 1 });
    if (this.now - this.#gatheredAt < GATHERED_MS && this.#gathered.length < 100) return;
    await this.#follow(this.#gathered);
    this.#gathered = [];
    this.#gatheredAt = this.now;
  }

  /** @throws Error if it is refused */
  async read(userId: string, conversationId: string, seq: number): Promise<void> {
    const route = "POST /api/conversations/{conversationId}/read";
    const { statusCode } = await this.#next(this.#http)(
      httpEvent({ route, path: { conversationId }, claims: { sub: userId, name: userId }, body: { seq } }),
    );
    if (statusCode !== 200) throw new Error(`A read was answered with ${String(statusCode)}.`);
  }

  /** Somebody's only device comes, or goes again; the worker hears of it from the stream. */
  async comeOrGo(userId: string): Promise<void> {
    const comes = this.#friend === null;
    if (this.#friend === null) this.#friend = await this.connect(userId, "e1");
    else {
      await this.#next(this.#webSocket)(disconnectEvent(this.#friend));
      this.#friend = null;
    }
    const { version, lastSeenAt } = this.#database.users.get(userId)!;
    const moved = comes ? ({ from: "off", to: "on" } as const) : ({ from: "leaving", to: "off" } as const);
    await this.#follow([
      { type: "transition", transition: { userId, ...moved, version, lastSeenAt, at: this.now } },
    ]);
  }

  async #follow(changes: readonly StreamChange[]): Promise<void> {
    const Records = changes.map(
      (NewImage, index) =>
        ({
          eventSource: "aws:dynamodb",
          dynamodb: { SequenceNumber: String(index), NewImage },
        }) as unknown as DynamoDBRecord,
    );
    await this.#worker({ Records });
  }

  #next<T>(environments: readonly T[]): T {
    this.#calls += 1;
    return environments[this.#calls % environments.length]!;
  }
}

async function captured(run: () => Promise<void>): Promise<Logged> {
  const lines: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  try {
    await run();
  } finally {
    process.stdout.write = write;
  }
  return { lines, bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) };
}
