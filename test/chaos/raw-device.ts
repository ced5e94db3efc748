import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Action } from "../../lambdas/protocol/routes.ts";
import type { AckData, EventFrame } from "../../lambdas/protocol/server-frames.ts";
import type { Person } from "./person.ts";
import { Connection } from "./connection.ts";
import { makeChange } from "./changing.ts";
import type { Device, Surroundings } from "./device.ts";
import type { Via } from "./history.ts";
import type { ChangeIntent, Intent } from "./journal.ts";
import { KnownMessages } from "./known-messages.ts";
import { deliver } from "./outbox.ts";
import { READ_TRIES } from "./reading.ts";
import type { Reply } from "./reply.ts";

/**
 * What a client of ours would never do, beside what any client does: sends without an id or from where it likes,
 * two at once, leaves what it has begun. It remembers how far it knows each conversation, connects again, and syncs
 * whenever it has connected.
 */
export class RawDevice implements Device {
  readonly followsChanges = true;
  readonly #known: ReadonlyMap<string, KnownMessages>;
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
    this.#known = new Map(conversations.map((id) => [id, new KnownMessages()]));
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

  known(conversationId: string): readonly Message[] {
    return this.#known.get(conversationId)?.messages ?? [];
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

  deliver(intent: Intent, via: Via): Promise<void> {
    return this.#track(deliver(this, intent, via));
  }

  repeat(intent: Intent, via: Via): Promise<void> {
    return this.deliver(intent, via);
  }

  change(intent: ChangeIntent, via: Via): Promise<void> {
    return this.#track(makeChange(this, intent, via));
  }

  async type(conversationId: string): Promise<void> {
    await this.ask("typing_start", { conversationId });
  }

  async leave(conversationId: string): Promise<void> {
    this.#rooms.delete(conversationId);
    await this.ask("leave_conversation", { conversationId });
  }

  async join(conversationId: string): Promise<void> {
    this.#rooms.add(conversationId);
    await this.ask("join_conversation", { conversationId });
  }

  /** Again if need be. */
  async markRead(conversationId: string, seq: number): Promise<void> {
    for (let tries = 0; tries < READ_TRIES && this.isConnected; tries += 1) {
      if ((await this.ask("mark_read", { conversationId, seq })).type === "answer") return;
      await this.pause();
    }
  }

  async recover(): Promise<void> {
    await Promise.all(this.conversations.map((conversation) => this.sync(conversation)));
  }

  /** Catches up; resolves when it has, or when the connection is gone: the next one syncs again. */
  sync(conversationId: string): Promise<void> {
    const running = this.#syncing.get(conversationId);
    if (running) return running;
    const done = this.#track(this.#sync(conversationId).finally(() => this.#syncing.delete(conversationId)));
    this.#syncing.set(conversationId, done);
    return done;
  }

  /** One try over the socket, if there is one. */
  async ask<A extends Action>(
    action: A,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Reply<AckData[A]>> {
    const reply = await this.#connection?.ask(action, fields);
    if (reply?.type === "unknown" && reply.because === "timeout") this.around.journal.counts.timeouts += 1;
    return reply ?? { type: "unknown", because: "closed" };
  }

  askSync(conversationId: string, afterSeq: number, limit: number): Promise<Reply<AckData["sync"]>> {
    return this.#askSync({ conversationId, afterSeq, limit });
  }

  #askSync(fields: Readonly<Record<string, unknown>>): Promise<Reply<AckData["sync"]>> {
    return this.#track(this.ask("sync", fields));
  }

  /** Between two tries. */
  pause(): Promise<void> {
    return pause(20 + 80 * this.around.random());
  }

  async #connectUntilOpen(): Promise<void> {
    const { journal, random, shown } = this.around;
    const { name, person, conversations } = this;
    const observer = {
      ...{ name, userId: person.id, conversations, journal },
      shown: (message: Pick<Message, "conversationId" | "seq">) => shown(this, message),
    };
    let wait = 50;
    while (this.#wanted && !this.#stopped && !this.isConnected) {
      let opened: Connection | null = null;
      opened = await Connection.open(this.person.cloud.wsUrl, await this.person.freshToken(), {
        observer,
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
    const known = this.#known.get(conversationId)!;
    // What events tell meanwhile may be older than what the pages have reached: they alone say where to go on.
    let [afterSeq, afterRev] = [known.lastSeq, known.rev];
    while (!this.#stopped) {
      const connection = this.#connection;
      if (!connection) return;
      const limit = 1 + Math.floor(this.around.random() * 60);
      const reply = await this.#askSync({ conversationId, afterSeq, afterRev, limit });
      if (reply.type === "answer") {
        const { changed, messages, seq, rev, hasMore } = reply.data;
        known.takePage(afterSeq, messages, changed);
        [afterSeq, afterRev] = [seq, rev];
        if (hasMore) continue;
        known.rev = Math.max(known.rev, rev);
        return;
      } else if (this.#connection !== connection || isNotIn(reply)) return;
      else await this.pause();
    }
  }

  #receive(frame: EventFrame): void {
    if (frame.type === "conversation_added") return this.#start(this.sync(frame.conversation.id));
    if (frame.type !== "new_message" && frame.type !== "message_changed") return;
    const { type, message } = frame;
    const known = this.#known.get(message.conversationId);
    const isWhole = type === "new_message" ? known?.hearNew(message) : known?.hearChanged(message);
    if (isWhole === false) this.#start(this.sync(message.conversationId));
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

/** One is not in that group, or not yet, or no more. */
const isNotIn = (reply: Reply<unknown>): boolean => reply.type === "refused" && reply.code === "FORBIDDEN";
