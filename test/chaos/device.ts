import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Action } from "../../lambdas/protocol/routes.ts";
import type { AckData, EventFrame } from "../../lambdas/protocol/server-frames.ts";
import type { Person } from "./person.ts";
import { Connection, PASSING, type Reply } from "./connection.ts";
import type { Via } from "./history.ts";
import type { Intent, Journal } from "./journal.ts";
import { deliver, type Sender } from "./outbox.ts";

/** What a device shares with the others of its history. */
export interface Surroundings {
  readonly journal: Journal;
  readonly random: () => number;
  /** Told of each message an event has just shown. */
  readonly shown: (device: Device, message: Pick<Message, "conversationId" | "seq">) => void;
}

/**
 * A client as it should be: remembers how far it knows each conversation, repeats what was not acked,
 * connects again, and syncs whenever it has connected.
 */
export class Device implements Sender {
  /** By conversation, the messages this device knows: from the first one on, without a gap. */
  readonly known: ReadonlyMap<string, Message[]>;
  readonly #rooms = new Set<string>();
  readonly #tasks = new Set<Promise<unknown>>();
  readonly #syncing = new Map<string, Promise<void>>();
  #connection: Connection | null = null;
  #connecting: Promise<void> | null = null;
  #wanted = false;
  #stopped = false;

  constructor(
    readonly name: string,
    readonly person: Person,
    readonly conversations: readonly string[],
    readonly around: Surroundings,
  ) {
    this.known = new Map(conversations.map((id) => [id, []]));
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen === true;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  get isWanted(): boolean {
    return this.#wanted;
  }

  lastSeq(conversationId: string): number {
    return this.known.get(conversationId)?.length ?? 0;
  }

  /** Resolves once the device is connected, in its rooms and up to date, or has been told to stop. */
  connect(): Promise<void> {
    this.#wanted = true;
    return (this.#connecting ??= this.#track(
      this.#connectUntilOpen().finally(() => {
        this.#connecting = null;
        // Wanted again, or lost, while the last steps of connecting were on their way.
        return this.#wanted && !this.#stopped && !this.isConnected ? this.connect() : undefined;
      }),
    ));
  }

  disconnect(abruptly: boolean): void {
    this.#wanted = false;
    this.#connection?.close(abruptly);
  }

  /** Ends all tries; resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.disconnect(false);
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks);
  }

  /** Tries to send until an ack, whoever gets it first; one that gives up tries once. */
  deliver(intent: Intent, via: Via): Promise<void> {
    return this.#track(deliver(this, intent, via));
  }

  /** A frame that is sent once, if at all. */
  async say(action: "typing_start" | "leave_conversation", conversationId: string): Promise<void> {
    if (action === "leave_conversation") this.#rooms.delete(conversationId);
    await this.#connection?.ask(action, { conversationId });
  }

  async join(conversationId: string): Promise<void> {
    this.#rooms.add(conversationId);
    const connection = this.#connection;
    if (!connection) return;
    const reply = await connection.ask("join_conversation", { conversationId });
    if (reply.type !== "refused") return;
    // Not registered, evicted most likely, and closed: a new connection is.
    if (reply.code !== "UNAUTHORIZED") this.judge("join_conversation", reply);
  }

  /** Catches up; resolves when it has, or when the connection is gone: the next one syncs again. */
  sync(conversationId: string): Promise<void> {
    const running = this.#syncing.get(conversationId);
    if (running) return running;
    const done = this.#track(this.#sync(conversationId).finally(() => this.#syncing.delete(conversationId)));
    this.#syncing.set(conversationId, done);
    return done;
  }

  /** Looks whether the log holds a message that another device was just shown. */
  async probe(conversationId: string, seq: number): Promise<void> {
    await this.#track(this.askSync(conversationId, seq - 1, 1));
  }

  /** One try over the socket, if there is one; `answered` is called for an ack that comes late, too. */
  async ask<A extends Action>(
    action: A,
    fields: Readonly<Record<string, unknown>>,
    answered?: (data: AckData[A]) => void,
  ): Promise<Reply<AckData[A]>> {
    const connection = this.#connection;
    if (!connection) return { type: "unknown", because: "closed" };
    const reply = await connection.ask(action, fields, answered);
    this.judge(action, reply);
    return reply;
  }

  /** Counts what went wrong, and blames what cannot go wrong for a right client. */
  judge(action: string, reply: Reply<unknown>): void {
    const { journal } = this.around;
    if (reply.type === "unknown" && reply.because === "timeout") journal.counts.timeouts += 1;
    if (reply.type === "unknown" && reply.because === "gateway error") journal.counts.gatewayErrors += 1;
    if (reply.type !== "refused") return;
    journal.counts.errors += 1;
    if (PASSING.has(reply.code) || (action === "send_message" && reply.code === "CONFLICT")) return;
    journal.blame("untrue", `${this.name}: ${action} was refused with ${reply.code}: ${reply.message}`);
  }

  /** Between two tries. */
  pause(): Promise<void> {
    return pause(20 + 80 * this.around.random());
  }

  async #connectUntilOpen(): Promise<void> {
    const { journal, random } = this.around;
    let wait = 50;
    while (this.#wanted && !this.#stopped && !this.isConnected) {
      let opened: Connection | null = null;
      opened = await Connection.open(this.person.cloud.wsUrl, await this.person.freshToken(), {
        event: (frame) => this.#receive(frame),
        closed: () => {
          if (this.#connection !== opened) return;
          this.#connection = null;
          if (!this.#wanted || this.#stopped) return;
          journal.counts.lostSockets += 1;
          this.#start(this.connect());
        },
      });
      if (opened) {
        journal.counts.connects += 1;
        this.#connection = opened;
        if (!this.#wanted) opened.close(false);
        await Promise.all([...this.#rooms].map((room) => this.join(room)));
        await Promise.all(this.conversations.map((conversation) => this.sync(conversation)));
      } else {
        journal.counts.refusedConnects += 1;
        // A crowd that was cut at once and tries again in step would keep a busy machine from ever serving it.
        await pause(wait * (0.5 + random()));
        wait = Math.min(2 * wait, 2_000);
      }
    }
  }

  async #sync(conversationId: string): Promise<void> {
    const known = this.known.get(conversationId)!;
    while (!this.#stopped) {
      const connection = this.#connection;
      if (!connection) return;
      const reply = await this.askSync(
        conversationId,
        known.length,
        1 + Math.floor(this.around.random() * 60),
      );
      if (reply.type === "answer") {
        for (const message of reply.data.messages) if (message.seq === known.length + 1) known.push(message);
        if (!reply.data.hasMore) return;
      } else if (this.#connection !== connection) return;
      else await this.pause();
    }
  }

  /** One page of what comes after `afterSeq`, for the record. */
  askSync(conversationId: string, afterSeq: number, limit: number): Promise<Reply<AckData["sync"]>> {
    const { journal } = this.around;
    const askedAt = journal.tick();
    return this.ask("sync", { conversationId, afterSeq, limit }, (data) => {
      const at = journal.tick();
      journal.syncs.push({ askedAt, conversationId, afterSeq, ...data });
      for (const message of data.messages) journal.sights.push({ at, askedAt, source: "sync", message });
    });
  }

  #receive(frame: EventFrame): void {
    const { journal, shown } = this.around;
    const at = journal.tick();
    journal.counts.events += 1;
    switch (frame.type) {
      case "new_message": {
        const { message } = frame;
        journal.sights.push({ at, askedAt: null, source: "event", message });
        const known = this.known.get(message.conversationId);
        if (!known) return journal.blame("untrue", `${this.name} was told of a conversation of others`);
        if (message.seq === known.length + 1) known.push(message);
        else if (message.seq > known.length) this.#start(this.sync(message.conversationId));
        return shown(this, message);
      }
      case "conversation_updated": {
        journal.sights.push({ at, askedAt: null, source: "event", message: frame.lastMessage });
        return shown(this, frame.lastMessage);
      }
      case "messages_read": {
        const { userId, conversationId, readSeq, readAt } = frame;
        journal.readTimes.push({ userId, conversationId, seq: readSeq, readAt });
        return;
      }
      case "user_online":
      case "user_offline": {
        const presence = { online: frame.type === "user_online", version: frame.version };
        journal.presences.push({ askedAt: null, at, userId: frame.userId, presence });
        return;
      }
      case "user_typing":
      case "user_stopped_typing":
    }
  }

  #track<T>(task: Promise<T>): Promise<T> {
    this.#start(task);
    return task;
  }

  /** What nobody waits for but `stop`; whoever else waits for it learns how it ended. */
  #start(task: Promise<unknown>): void {
    this.#tasks.add(task);
    const forget = (): void => {
      this.#tasks.delete(task);
    };
    task.then(forget, forget);
  }
}
