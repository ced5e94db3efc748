import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { AckData } from "../../lambdas/protocol/server-frames.ts";
import type { Device, Surroundings } from "./device.ts";
import { Disk } from "./disk.ts";
import { changeByClient, makeChange } from "./changing.ts";
import type { ChangeIntent, Intent } from "./journal.ts";
import type { Via } from "./history.ts";
import { sendOverHttp } from "./outbox.ts";
import type { Person } from "./person.ts";
import type { Reply } from "./reply.ts";
import { RunningClient, type ClientState } from "./running-client.ts";

const LOOK_MS = 20;
/** Of the crashes, those after which the device is another one: nothing is left of what it had kept. */
const NEW_DISK_SHARE = 0.25;

/**
 * A device on which the client runs that users have. It loses its network (and gets it back), crashes, and starts
 * again on what it had kept.
 */
export class ClientDevice implements Device {
  readonly followsChanges = true;
  readonly #tasks = new Set<Promise<unknown>>();
  readonly #opened = new Map<string, () => void>();
  /** Written by somebody, and not on the disk yet. */
  readonly #unwritten = new Set<Intent>();
  #disk = new Disk();
  #disks = 0;
  #lives = 0;
  #running: RunningClient | null = null;
  #isOffline = false;
  #isStopped = false;
  #isRecovered = false;

  constructor(
    readonly name: string,
    readonly person: Person,
    readonly conversations: readonly string[],
    readonly peers: readonly string[],
    readonly around: Surroundings,
  ) {}

  get isConnected(): boolean {
    return this.#running?.isOnline === true;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  get isWanted(): boolean {
    return this.#running !== null && !this.#isOffline;
  }

  get state(): ClientState {
    return this.#app().state;
  }

  known(conversationId: string): readonly Message[] {
    return (this.#running?.messages(conversationId) ?? []).filter(({ state }) => state === "sent");
  }

  connect(): Promise<void> {
    this.#isOffline = false;
    this.#app();
    return this.#until(() => this.isConnected);
  }

  /** Abruptly it crashes; else it loses its network, and goes on without. */
  disconnect(abruptly: boolean): void {
    if (abruptly) return this.#crash();
    this.#isOffline = true;
    this.#running?.cut();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running?.close();
    await Promise.all(this.#tasks);
  }

  /** The client tries for ever; one who gives up takes the message back while it may be on its way. */
  async deliver(intent: Intent): Promise<void> {
    const conversation = this.#app().client.conversation(intent.conversationId);
    this.#unwritten.add(intent);
    const { content, mentions, replyToSeq } = intent;
    const { key } = conversation.send({ content, mentions, ...(replyToSeq !== null && { replyToSeq }) });
    Object.assign(intent, { clientMessageId: key, afterSeq: null, outbox: this.#outbox });
    if (intent.maxAttempts === 1) {
      await pause(100 * this.around.random());
      this.#takeBack(intent, key);
    }
    const isSettled = (): boolean =>
      intent.outbox === null ||
      intent.acks.length > 0 ||
      intent.refusals.length > 0 ||
      this.#hasFailed(intent, key);
    await this.#until(isSettled);
  }

  /** As somebody else would who had got hold of it: the client repeats what it has to by itself. */
  async repeat(intent: Intent): Promise<void> {
    await this.#track(sendOverHttp(this, intent));
  }

  /** By the client, or over HTTP as another program of the same user would. */
  async change(intent: ChangeIntent, via: Via): Promise<void> {
    if (via === "http") return this.#track(makeChange(this, intent, via));
    let isOver = false;
    const { client } = this.#app();
    const end = (): boolean => (isOver = true);
    changeByClient(client, this.around.journal, intent).then(end, end);
    await this.#until(() => isOver || this.#running?.client !== client);
  }

  join(conversationId: string): Promise<void> {
    return this.sync(conversationId);
  }

  leave(conversationId: string): Promise<void> {
    this.#opened.get(conversationId)?.();
    this.#opened.delete(conversationId);
    return Promise.resolve();
  }

  type(conversationId: string): Promise<void> {
    this.#app().client.conversation(conversationId).setTyping(true);
    return Promise.resolve();
  }

  async markRead(conversationId: string, seq: number): Promise<void> {
    // Rejected where the client ends first.
    await this.#app()
      .client.conversation(conversationId)
      .markRead(seq)
      .catch(() => undefined);
  }

  sync(conversationId: string): Promise<void> {
    const conversation = this.#app().client.conversation(conversationId);
    const { messages } = conversation;
    let hasLoaded = this.#opened.has(conversationId);
    // When it is opened it has not even begun.
    const unsubscribe = messages.subscribe(() => {
      const { loading, error } = messages.get();
      hasLoaded ||= loading || error !== null;
    });
    if (!hasLoaded) this.#opened.set(conversationId, conversation.open());
    return this.#until(() => hasLoaded && this.#isQuiet(conversationId)).finally(unsubscribe);
  }

  /** A new socket, or a new start: what events have not told, these must bring. */
  async recover(): Promise<void> {
    if (!this.#isRecovered) {
      this.#isRecovered = true;
      await this.#until(() => this.conversations.every((id) => !this.#hasPending(id)));
      if (this.around.random() < 0.5) this.#app().cut();
      else {
        await this.#app().close();
        this.#end();
      }
      await this.#until(() => !this.isConnected);
    }
    await this.connect();
    for (const id of this.conversations) {
      await this.sync(id);
      const { messages } = this.#app().client.conversation(id);
      while (messages.get().hasOlder && !messages.get().error && !this.#isStopped) await messages.loadOlder();
    }
  }

  async askSync(conversationId: string, afterSeq: number, limit: number): Promise<Reply<AckData["sync"]>> {
    const closed = { type: "unknown", because: "closed" } as const;
    return (await this.#running?.askSync({ conversationId, afterSeq, limit })) ?? closed;
  }

  get #outbox(): string {
    return `${this.name} ${this.#disks}`;
  }

  #app(): RunningClient {
    const { journal, random, shown } = this.around;
    const observer = {
      name: `${this.name}/${this.#lives}`,
      userId: this.person.id,
      conversations: this.conversations,
      journal,
      shown: (message: Pick<Message, "conversationId" | "seq">) => shown(this, message),
    };
    return (this.#running ??= new RunningClient({
      observer,
      person: this.person,
      peers: this.peers,
      disk: this.#disk,
      random,
      isOffline: () => this.#isOffline,
      written: (key) => this.#written(key),
    }));
  }

  #written(key: string): void {
    for (const intent of this.#unwritten) {
      if (key.endsWith(`/${intent.clientMessageId}`)) this.#unwritten.delete(intent);
    }
  }

  #takeBack(intent: Intent, key: string): void {
    intent.outbox = null;
    this.#running?.life.discarded.add(key);
    this.#running?.client.conversation(intent.conversationId).discard(key);
  }

  /** Before it was even tried: of a group one is not in, it is not known where to begin. */
  #hasFailed(intent: Intent, key: string): boolean {
    const failed = this.#running?.messages(intent.conversationId).find((one) => one.key === key)?.error;
    if (failed && this.around.journal.groups.has(intent.conversationId)) intent.refusals.push(failed.code);
    return failed !== undefined;
  }

  #crash(): void {
    if (!this.#running) return;
    this.#track(this.#running.crash()).catch(() => undefined);
    this.#end();
    for (const intent of this.#unwritten) intent.outbox = null;
    this.#unwritten.clear();
    if (this.around.random() > NEW_DISK_SHARE) return;
    for (const intent of this.around.journal.intents) {
      if (intent.outbox === this.#outbox && intent.acks.length === 0) intent.outbox = null;
    }
    this.#disk = new Disk();
    this.#disks += 1;
  }

  #end(): void {
    this.#running = null;
    this.#lives += 1;
    this.#opened.clear();
  }

  #hasPending(conversationId: string): boolean {
    return this.#app()
      .messages(conversationId)
      .some(({ state }) => state === "pending");
  }

  /** Nothing is under way in it. */
  #isQuiet(conversationId: string): boolean {
    if (!this.isConnected || !this.#opened.has(conversationId)) return false;
    const { loading, error } = this.#app().client.conversation(conversationId).messages.get();
    // Not in that group, as of the last time it asked.
    return !loading && (error === null || error.code === "FORBIDDEN");
  }

  /** Or until it is told to stop. */
  async #until(isSo: () => boolean): Promise<void> {
    while (!this.#isStopped && !isSo()) await pause(LOOK_MS);
  }

  #track<T>(task: Promise<T>): Promise<T> {
    this.#tasks.add(task);
    const forget = (): boolean => this.#tasks.delete(task);
    task.then(forget, forget);
    return task;
  }
}
