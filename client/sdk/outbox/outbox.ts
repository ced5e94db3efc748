import type { Message } from "../../../lambdas/protocol/objects.ts";
import { background, randomId } from "../environment.ts";
import { Value } from "../store.ts";
import { entryKey, isEntryKey, readEntry, refusalOf } from "./entry.ts";
import type { Entry, MessageToSend } from "./entry.ts";
import type { OutboxParts } from "./outbox-parts.ts";
import { Sender } from "./sender.ts";

/** What is to be sent: kept before it is tried, until the server has it or it is taken back. */
export class Outbox {
  /** How many the server has neither taken nor refused, over all conversations. */
  readonly waiting = new Value(0);
  readonly #parts: OutboxParts;
  readonly #entries = new Map<string, Entry>();
  readonly #sender: Sender;
  #lastOrder = 0;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#sender = new Sender(parts, this);
  }

  /** The entries of one conversation, in their order. */
  of(conversationId: string): readonly Entry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.conversationId === conversationId)
      .sort((a, b) => a.order - b.order);
  }

  get(clientMessageId: string): Entry | undefined {
    return this.#entries.get(clientMessageId);
  }

  /** Takes a message, or a change. It is known at once, and kept before it is tried. */
  add(conversationId: string, given: Pick<Entry, keyof MessageToSend | "change">): Entry {
    const { now } = this.#parts.environment;
    // Two tabs order by the clock; one tab never twice the same.
    this.#lastOrder = Math.max(this.#lastOrder + 1, now());
    const entry: Entry = {
      // As it is now, whatever its owner does to it meanwhile.
      ...(JSON.parse(JSON.stringify(given)) as typeof given),
      conversationId,
      clientMessageId: randomId(),
      order: this.#lastOrder,
      writtenAt: now(),
      afterSeq: null,
      refusal: refusalOf(given),
    };
    this.#put(entry);
    return entry;
  }

  retry(clientMessageId: string): void {
    const entry = this.get(clientMessageId);
    if (entry?.refusal) this.#put({ ...entry, refusal: refusalOf(entry) });
  }

  discard(clientMessageId: string): void {
    const entry = this.get(clientMessageId);
    if (entry) background(this.remove(entry), this.#parts.environment);
  }

  /** This tab is the one that sends, until `term` is aborted. What another one had begun goes on as that one kept it. */
  async startSending(term: AbortSignal): Promise<void> {
    await this.load();
    this.#sender.start(term, new Set([...this.#entries.values()].map((entry) => entry.conversationId)));
  }

  /** Takes what is kept from before a reload, or by a tab that is gone. */
  async load(): Promise<void> {
    const { storage } = this.#parts;
    const take = async (key: string): Promise<void> => {
      const entry = readEntry(await storage.get(key));
      if (entry && (this.get(entry.clientMessageId)?.afterSeq ?? null) === null) this.#take(entry);
    };
    // Each as it comes: one that is settled meanwhile is settled after it was taken.
    await Promise.all((await storage.keys()).filter(isEntryKey).map(take));
  }

  /** Another tab has one more, or one of them was refused there. */
  heardWaiting(entry: Entry): void {
    // What was begun here, since it was kept before it was told, goes on from where it began.
    this.#take({ ...entry, afterSeq: entry.afterSeq ?? this.get(entry.clientMessageId)?.afterSeq ?? null });
    this.#sender.drain(entry.conversationId);
  }

  /** Another tab is done with it. */
  heardSettled(entry: Entry, message?: Message): void {
    if (!this.get(entry.clientMessageId)) return;
    this.#drop(entry, message);
    // One that was just begun here was kept once more, maybe after the other tab had removed it.
    if (this.#sender.isSending)
      background(this.#parts.storage.delete(entryKey(entry)), this.#parts.environment);
  }

  async change(clientMessageId: string, change: Partial<Entry>): Promise<void> {
    const known = this.get(clientMessageId);
    // Taken back meanwhile.
    if (!known) return;
    const entry = { ...known, ...change };
    this.#take(entry);
    await this.#keep(entry);
    if (entry.refusal) this.#parts.tell({ type: "waiting", entry });
  }

  async remove(entry: Entry, message?: Message): Promise<void> {
    this.#drop(entry, message);
    await this.#parts.storage.delete(entryKey(entry));
    this.#parts.tell({ type: "settled", entry, ...(message && { message }) });
  }

  /** They were somebody else's. */
  forget(): void {
    this.#sender.stop();
    this.#entries.clear();
    this.waiting.set(0);
  }

  /** Into the memory at once; kept, then tried, by this tab or the one that sends. */
  #put(entry: Entry): void {
    this.#take(entry);
    const kept = this.#keep(entry).then(() => {
      if (!this.get(entry.clientMessageId)) return;
      this.#parts.tell({ type: "waiting", entry });
      this.#sender.drain(entry.conversationId);
    });
    background(kept, this.#parts.environment);
  }

  #take(entry: Entry): void {
    this.#lastOrder = Math.max(this.#lastOrder, entry.order);
    this.#entries.set(entry.clientMessageId, entry);
    this.#changed(entry);
  }

  #drop(entry: Entry, message?: Message): void {
    this.#parts.settled(entry, message);
    this.#entries.delete(entry.clientMessageId);
    this.#changed(entry);
  }

  #changed({ conversationId }: Entry): void {
    this.waiting.set([...this.#entries.values()].filter(({ refusal }) => !refusal).length);
    this.#parts.changed(conversationId);
  }

  #keep(entry: Entry): Promise<void> {
    return this.#parts.storage.set(entryKey(entry), entry);
  }
}
