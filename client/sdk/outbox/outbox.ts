import type { Message, Sent } from "../../../lambdas/protocol/objects.ts";
import type { AckData } from "../../../lambdas/protocol/server-frames.ts";
import { ChatError, lost, toChatError } from "../chat-error.ts";
import { background, insist, randomId } from "../environment.ts";
import type { Environment } from "../environment.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import type { TabMessage } from "../tabs.ts";
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
  myId(): string | null;
  /** The entries of a conversation have changed. */
  changed(conversationId: string): void;
  /** The server has it. */
  sent(message: Message): void;
  /** Tells the other tabs. */
  tell(message: TabMessage): void;
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

  /** Takes a message. It is known at once, and kept before it is tried. */
  add(conversationId: string, content: string): Entry {
    const { now } = this.#parts.environment;
    // Two tabs order by the clock; one tab never twice the same.
    this.#lastOrder = Math.max(this.#lastOrder + 1, now());
    const entry: Entry = {
      conversationId,
      clientMessageId: randomId(),
      content,
      order: this.#lastOrder,
      writtenAt: now(),
      afterSeq: null,
      refusal: refusalOf(content),
    };
    this.#put(entry);
    return entry;
  }

  retry(clientMessageId: string): void {
    const entry = this.#entries.get(clientMessageId);
    if (entry?.refusal) this.#put({ ...entry, refusal: refusalOf(entry.content) });
  }

  discard(clientMessageId: string): void {
    const entry = this.#entries.get(clientMessageId);
    if (entry) this.#background(this.#remove(entry));
  }

  /** This tab is the one that sends. */
  startSending(): void {
    this.#sends = true;
    // What another tab had begun goes on as that one kept it.
    const sending = this.load().then(() => {
      for (const { conversationId } of this.#entries.values()) this.#drain(conversationId);
    });
    this.#background(sending);
  }

  /** Takes what is kept from before a reload, or by a tab that is gone. */
  async load(): Promise<void> {
    const { storage } = this.#parts;
    const kept = await Promise.all((await storage.keys()).filter(isEntryKey).map((key) => storage.get(key)));
    for (const value of kept) {
      const entry = readEntry(value);
      const known = entry && this.#entries.get(entry.clientMessageId);
      if (entry && (!known || known.afterSeq === null)) this.#take(entry);
    }
  }

  /** Another tab has one more, or one of them was refused there. */
  heardWaiting(entry: Entry): void {
    this.#take(entry);
    this.#drain(entry.conversationId);
  }

  /** Another tab is done with it. */
  heardSettled(entry: Entry, message?: Message): void {
    if (!this.#entries.has(entry.clientMessageId)) return;
    if (message) this.#parts.sent(message);
    this.#entries.delete(entry.clientMessageId);
    this.#parts.changed(entry.conversationId);
  }

  /** They were somebody else's. */
  forget(): void {
    this.#sends = false;
    this.#entries.clear();
  }

  close(): void {
    this.#closing.abort();
  }

  #drain(conversationId: string): void {
    if (!this.#sends || this.#draining.has(conversationId) || this.#closing.signal.aborted) return;
    this.#draining.add(conversationId);
    const drained = this.#sendAll(conversationId).finally(() => {
      this.#draining.delete(conversationId);
      // One that came while the last steps were on their way.
      if (this.#next(conversationId)) this.#drain(conversationId);
    });
    this.#background(drained);
  }

  #next(conversationId: string): Entry | undefined {
    return this.of(conversationId).find(({ refusal }) => refusal === null);
  }

  async #sendAll(conversationId: string): Promise<void> {
    const { environment } = this.#parts;
    const { signal } = this.#closing;
    for (let entry; this.#sends && (entry = this.#next(conversationId)) && !signal.aborted;) {
      const { clientMessageId } = entry;
      try {
        await insist(
          async () => {
            await this.#parts.whenOnline();
            await this.#send(clientMessageId);
          },
          environment,
          signal,
        );
      } catch (cause) {
        if (signal.aborted) return;
        const { code, message } = toChatError(cause);
        await this.#change(clientMessageId, { refusal: { code, message } });
      }
    }
  }

  /** One try. Of what has been taken back meanwhile nothing is sent. */
  async #send(clientMessageId: string): Promise<void> {
    const entry = await this.#begin(clientMessageId);
    if (!entry) return;
    const { conversationId, content, afterSeq } = entry;
    const fields = { conversationId, content, clientMessageId, afterSeq };
    let message: Message;
    try {
      message = (await this.#parts.ask("send_message", fields)).message;
    } catch (cause) {
      if (!(cause instanceof ChatError) || cause.code !== "CONFLICT") throw cause;
      message = await this.#lookForIt(entry, cause);
    }
    this.#parts.sent(message);
    await this.#remove(entry, message);
  }

  /** What the first try goes from is kept before it: the repeats must go from there too. */
  async #begin(clientMessageId: string): Promise<Entry | undefined> {
    const entry = this.#entries.get(clientMessageId);
    if (!entry || entry.afterSeq !== null) return entry;
    const { conversationId } = entry;
    const known = this.#parts.knownSeq(conversationId);
    const afterSeq = known ?? (await this.#parts.sync(conversationId, Number.MAX_SAFE_INTEGER)).lastSeq;
    await this.#change(clientMessageId, { afterSeq });
    return this.#entries.get(clientMessageId);
  }

  /**
   * More than 1,000 messages have come since it was first tried: the log tells whether it is among them.
   * @throws ChatError retryable, once it is certain that it is not
   */
  async #lookForIt(
    { conversationId, clientMessageId, afterSeq }: Entry,
    conflict: ChatError,
  ): Promise<Message> {
    const me = this.#parts.myId();
    let seq = afterSeq ?? 0;
    for (let hasMore = true; hasMore;) {
      const page = await this.#parts.sync(conversationId, seq);
      const own = page.messages.find(
        (message) => message.sender.id === me && message.clientMessageId === clientMessageId,
      );
      if (own) return own;
      seq = page.messages.at(-1)?.seq ?? seq;
      ({ hasMore } = page);
    }
    // The log has not grown: it is not what the server means.
    if (seq === afterSeq) throw conflict;
    await this.#change(clientMessageId, { afterSeq: seq });
    throw lost();
  }

  /** Into the memory at once; kept, then tried, by this tab or the one that sends. */
  #put(entry: Entry): void {
    this.#take(entry);
    const kept = this.#keep(entry).then(() => {
      if (!this.#entries.has(entry.clientMessageId)) return;
      this.#parts.tell({ type: "waiting", entry });
      this.#drain(entry.conversationId);
    });
    this.#background(kept);
  }

  #take(entry: Entry): void {
    this.#lastOrder = Math.max(this.#lastOrder, entry.order);
    this.#entries.set(entry.clientMessageId, entry);
    this.#parts.changed(entry.conversationId);
  }

  async #change(clientMessageId: string, change: Partial<Entry>): Promise<void> {
    const known = this.#entries.get(clientMessageId);
    // Taken back meanwhile.
    if (!known) return;
    const entry = { ...known, ...change };
    this.#take(entry);
    await this.#keep(entry);
    if (entry.refusal) this.#parts.tell({ type: "waiting", entry });
  }

  async #remove(entry: Entry, message?: Message): Promise<void> {
    this.#entries.delete(entry.clientMessageId);
    this.#parts.changed(entry.conversationId);
    await this.#parts.storage.delete(entryKey(entry));
    this.#parts.tell({ type: "settled", entry, ...(message && { message }) });
  }

  #keep(entry: Entry): Promise<void> {
    return this.#parts.storage.set(entryKey(entry), entry);
  }

  #background(work: Promise<unknown>): void {
    background(work, this.#parts.environment);
  }
}
