import type { Message } from "../../lambdas/protocol/objects.ts";

/**
 * What a device knows of a conversation: its messages from the first one on that it may see, without a gap, and that
 * they bear every change up to a rev. Whoever was away from a group sees nothing of that: then they begin anew.
 */
export class KnownMessages {
  rev = 0;
  readonly #bySeq = new Map<number, Message>();

  get messages(): readonly Message[] {
    return [...this.#bySeq.values()];
  }

  get lastSeq(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** As a page shows it that was asked for from `afterSeq`: the next ones, or those that are known in another state. */
  takePage(afterSeq: number, messages: readonly Message[], changed: readonly Message[]): void {
    for (const message of changed) this.#take(message);
    const [first] = messages;
    if (first && first.seq > afterSeq + 1 && afterSeq >= this.lastSeq) this.#begin(first);
    for (const message of messages) this.#take(message);
  }

  /** As an event tells it. False: something is missing that only a sync brings. */
  hearNew(message: Message): boolean {
    this.#take(message);
    return message.seq <= this.lastSeq;
  }

  /** A change of a message that is not here yet may come before it: the rev is then not reached. */
  hearChanged(message: Message): boolean {
    this.#take(message);
    if (message.seq > this.lastSeq || message.rev > this.rev + 1) return false;
    this.rev = Math.max(this.rev, message.rev);
    return true;
  }

  #begin(message: Message): void {
    this.#bySeq.clear();
    this.#bySeq.set(message.seq, message);
  }

  #take(message: Message): void {
    const known = this.#bySeq.get(message.seq);
    if (known ? message.rev > known.rev : message.seq === this.lastSeq + 1)
      this.#bySeq.set(message.seq, message);
  }
}
