import type { Message } from "../../../lambdas/protocol/objects.ts";

/** What became of a message that came. */
export type Arrival =
  /** It, and what it had been missing for, stands at the end now. */
  | { readonly type: "appended"; readonly messages: readonly Message[] }
  /** Held until those before it have come. */
  | { readonly type: "gap" }
  | { readonly type: "known" };

/**
 * The messages of a conversation that are known: from some seq on, without a gap. What comes beyond a gap is
 * held; what comes twice changes nothing.
 */
export class MessageLog {
  #messages: readonly Message[] = [];
  readonly #held = new Map<number, Message>();
  /** Whether the end of the log has been seen: an empty log may be one nobody has looked at. */
  #isLoaded = false;

  get messages(): readonly Message[] {
    return this.#messages;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get firstSeq(): number {
    return this.#messages[0]?.seq ?? 0;
  }

  get lastSeq(): number {
    return this.#messages.at(-1)?.seq ?? 0;
  }

  /** The highest seq seen at all. */
  get highestSeq(): number {
    return Math.max(this.lastSeq, ...this.#held.keys());
  }

  get hasGap(): boolean {
    return this.#held.size > 0;
  }

  /** Puts a page of the newest messages in place of everything, unless it joins what is there. */
  load(page: readonly Message[]): void {
    this.#isLoaded = true;
    const first = page[0];
    if (!first) return;
    if (this.#messages.length > 0 && first.seq <= this.lastSeq + 1) return this.refresh(page);
    this.#messages = page;
    this.#takeHeld();
  }

  /** Older messages, which end where the known ones begin. */
  prepend(page: readonly Message[]): void {
    const older = page.filter(({ seq }) => seq < this.firstSeq);
    if (older.at(-1)?.seq === this.firstSeq - 1) this.#messages = [...older, ...this.#messages];
  }

  add(message: Message): Arrival {
    if (!this.#isLoaded) {
      this.#held.set(message.seq, message);
      return { type: "gap" };
    }
    if (message.seq <= this.lastSeq) return { type: "known" };
    this.#held.set(message.seq, message);
    if (message.seq > this.lastSeq + 1) return { type: "gap" };
    return { type: "appended", messages: this.#takeHeld() };
  }

  /** Takes newer states of what is known, and what follows it; tells what was new at the end. */
  refresh(page: readonly Message[]): void {
    const bySeq = new Map(page.map((message) => [message.seq, message]));
    if (this.#messages.some(({ seq }) => bySeq.has(seq))) {
      this.#messages = this.#messages.map((known) => {
        const fresh = bySeq.get(known.seq);
        return fresh && fresh.readAt !== known.readAt && fresh.readAt !== null ? fresh : known;
      });
    }
    for (const message of page) this.add(message);
  }

  /** Somebody has read up to `seq`: an earlier time than the one known is the right one, events may cross. */
  markRead(userId: string, seq: number, readAt: string): void {
    const isRead = (message: Message): boolean =>
      message.seq <= seq &&
      message.sender.id !== userId &&
      (message.readAt === null || message.readAt > readAt);
    if (!this.#messages.some(isRead)) return;
    this.#messages = this.#messages.map((message) => (isRead(message) ? { ...message, readAt } : message));
  }

  /** Everything below has gone by while nobody looked: what is known is too far behind to be filled up. */
  reset(): void {
    this.#messages = [];
    this.#isLoaded = false;
  }

  /** What was kept: known, but its end is yet to be seen. */
  restore(messages: readonly Message[]): void {
    if (this.#messages.length === 0) this.#messages = messages;
  }

  #takeHeld(): readonly Message[] {
    const taken: Message[] = [];
    for (const seq of [...this.#held.keys()].sort((a, b) => a - b)) {
      const next = this.lastSeqOf(taken) + 1;
      if (seq > next) break;
      const message = this.#held.get(seq)!;
      this.#held.delete(seq);
      if (seq === next) taken.push(message);
    }
    if (taken.length > 0) this.#messages = [...this.#messages, ...taken];
    return taken;
  }

  private lastSeqOf(taken: readonly Message[]): number {
    return taken.at(-1)?.seq ?? this.lastSeq;
  }
}
