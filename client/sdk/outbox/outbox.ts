import type { Message, Sent } from "../../../lambdas/protocol/objects.ts";
import type { AckData } from "../../../lambdas/protocol/server-frames.ts";
import { ChatError, toChatError } from "../chat-error.ts";
import { backOff, pause, randomId } from "../environment.ts";
import type { Environment } from "../environment.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import { entryKey, isEntryKey, readEntry, refusalOf } from "./entry.ts";
import type { Entry } from "./entry.ts";

/** What the outbox needs of the client. */
export interface OutboxParts {
  readonly environment: Environment;
  readonly storage: ChatStorage;
  ask(action: "send_message", fields: Readonly<Record<string, unknown>>): Promise<Sent>;
  sync(conversationId: string, afterSeq: number): Promise<AckData["sync"]>;
  /** Rejects once the client is closed. */
  whenOnline(): Promise<void>;
  /** The highest seq known of the conversation; null: nothing is known of it. */
  knownSeq(conversationId: string): number | null;
  myId(): Promise<string>;
  /** The entries of a conversation have changed. */
  changed(conversationId: string): void;
  /** The server has it. */
  sent(entry: Entry, message: Message): void;
  /** Tells the other tabs. */
  queued(conversationId: string): void;
  settled(entry: Entry): void;
}

/**
 * What is to be sent: kept before it is tried, sent in its order, one at a time in each conversation, and
 * repeated unchanged until the server has it or has refused it for good.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #entries = new Map<string, Entry>();
  readonly #draining = new Set<string>();
  readonly #closing = new AbortController();
  #sends = false;
  #lastOrder = 0;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** The entries of one conversation, in their order. */
  of(conversationId: string): readonly Entry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.conversationId === conversationId)
      .sort((a, b) => a.order - b.order);
  }

  /** How many wait to be sent. */
  get size(): number {
    return [...this.#entries.values()].filter(({ refusal }) => refusal === null).length;
  }

  /** Takes a message. It is known at once, and kept before it is tried. */
  add(conversationId: string, content: string): Entry {
    const { environment } = this.#parts;
    // Two tabs order by the clock; one tab never twice the same.
    this.#lastOrder = Math.max(this.#lastOrder + 1, environment.now());
    const refusal = refusalOf(content);
    const entry: Entry = {
      conversationId,
      clientMessageId: randomId(environment.random),
      content,
      order: this.#lastOrder,
      writtenAt: environment.now(),
      afterSeq: null,
      refusal: refusal && { code: refusal.code, message: refusal.message },
    };
    this.#entries.set(entry.clientMessageId, entry);
    this.#parts.changed(conversationId);
    void this.#keep(entry).then(() => {
      this.#parts.queued(conversationId);
      this.#drain(conversationId);
    });
    return entry;
  }

  retry(clientMessageId: string): void {
    const entry = this.#entries.get(clientMessageId);
    if (!entry?.refusal) return;
    const { refusal: _, ...rest } = entry;
    void this.#change({ ...rest, refusal: refusalOf(entry.content) }).then(() => {
      this.#parts.queued(entry.conversationId);
      this.#drain(entry.conversationId);
    });
  }

  discard(clientMessageId: string): void {
    const entry = this.#entries.get(clientMessageId);
    if (entry) void this.#remove(entry);
  }

  /** This tab is the one that sends. */
  startSending(): void {
    this.#sends = true;
    void this.load().then(() => {
      for (const { conversationId } of this.#entries.values()) this.#drain(conversationId);
    });
  }

  /** Takes what is kept: from before a reload, or by another tab. */
  async load(): Promise<void> {
    const { storage } = this.#parts;
    const kept = await Promise.all((await storage.keys()).filter(isEntryKey).map((key) => storage.get(key)));
    for (const value of kept) {
      const entry = readEntry(value);
      if (!entry || this.#closing.signal.aborted) continue;
      const known = this.#entries.get(entry.clientMessageId);
      if (known && known.refusal === null && known.afterSeq !== null) continue;
      this.#lastOrder = Math.max(this.#lastOrder, entry.order);
      this.#entries.set(entry.clientMessageId, entry);
      this.#parts.changed(entry.conversationId);
    }
  }

  /** Another tab has put something there. */
  async heardQueued(conversationId: string): Promise<void> {
    await this.load();
    this.#drain(conversationId);
  }

  /** Another tab is done with it. */
  heardSettled(clientMessageId: string): void {
    const entry = this.#entries.get(clientMessageId);
    if (!entry) return;
    this.#entries.delete(clientMessageId);
    this.#parts.changed(entry.conversationId);
  }

  close(): void {
    this.#closing.abort();
  }

  #drain(conversationId: string): void {
    if (!this.#sends || this.#draining.has(conversationId) || this.#closing.signal.aborted) return;
    this.#draining.add(conversationId);
    void this.#sendAll(conversationId).finally(() => {
      this.#draining.delete(conversationId);
      // One that came while the last steps were on their way.
      if (this.#next(conversationId) && !this.#closing.signal.aborted) this.#drain(conversationId);
    });
  }

  #next(conversationId: string): Entry | undefined {
    return this.of(conversationId).find(({ refusal }) => refusal === null);
  }

  async #sendAll(conversationId: string): Promise<void> {
    const { environment } = this.#parts;
    let failures = 0;
    for (;;) {
      const entry = this.#next(conversationId);
      if (!entry || this.#closing.signal.aborted) return;
      try {
        await this.#parts.whenOnline();
        await this.#send(entry);
        failures = 0;
      } catch (cause) {
        if (this.#closing.signal.aborted) return;
        const error = toChatError(cause);
        if (!error.retryable) {
          await this.#change({ ...entry, refusal: { code: error.code, message: error.message } });
          continue;
        }
        const wait = error.code === "NETWORK" && failures === 0 ? 0 : backOff(failures, environment.random);
        failures += 1;
        await pause(Math.max(error.retryAfterMs ?? 0, wait), this.#closing.signal);
      }
    }
  }

  async #send(waiting: Entry): Promise<void> {
    const entry = await this.#begin(waiting);
    if (!this.#entries.has(entry.clientMessageId)) return;
    const { conversationId, clientMessageId, content, afterSeq } = entry;
    try {
      const { message } = await this.#parts.ask("send_message", {
        conversationId,
        content,
        clientMessageId,
        afterSeq,
      });
      await this.#settle(entry, message);
    } catch (cause) {
      if (!(cause instanceof ChatError) || cause.code !== "CONFLICT") throw cause;
      await this.#lookForIt(entry);
    }
  }

  /** What the first try goes from is kept before it: the repeats must go from there too. */
  async #begin(entry: Entry): Promise<Entry> {
    if (entry.afterSeq !== null) return entry;
    const known = this.#parts.knownSeq(entry.conversationId);
    const afterSeq = known ?? (await this.#parts.sync(entry.conversationId, Number.MAX_SAFE_INTEGER)).lastSeq;
    const begun = { ...entry, afterSeq };
    if (this.#entries.has(entry.clientMessageId)) await this.#change(begun);
    return begun;
  }

  /** More than 1,000 messages have come since it was first tried: the log tells whether it is among them. */
  async #lookForIt(entry: Entry): Promise<void> {
    const me = await this.#parts.myId();
    let afterSeq = entry.afterSeq ?? 0;
    for (;;) {
      const { messages, hasMore } = await this.#parts.sync(entry.conversationId, afterSeq);
      const own = messages.find(
        ({ sender, clientMessageId }) => sender.id === me && clientMessageId === entry.clientMessageId,
      );
      if (own) return this.#settle(entry, own);
      afterSeq = messages.at(-1)?.seq ?? afterSeq;
      if (!hasMore) break;
    }
    await this.#change({ ...entry, afterSeq });
  }

  async #settle(entry: Entry, message: Message): Promise<void> {
    this.#parts.sent(entry, message);
    await this.#remove(entry);
  }

  async #remove(entry: Entry): Promise<void> {
    this.#entries.delete(entry.clientMessageId);
    this.#parts.changed(entry.conversationId);
    await this.#parts.storage.delete(entryKey(entry));
    this.#parts.settled(entry);
  }

  async #change(entry: Entry): Promise<void> {
    this.#entries.set(entry.clientMessageId, entry);
    this.#parts.changed(entry.conversationId);
    await this.#keep(entry);
  }

  #keep(entry: Entry): Promise<void> {
    return this.#parts.storage.set(entryKey(entry), entry);
  }
}
