import type { Message } from "../../lambdas/protocol/objects.ts";

/**
 * What a device knows of a conversation: its messages from the first one on, without a gap, and that they bear
 * every change up to a rev.
 */
export class KnownMessages {
  readonly messages: Message[] = [];
  rev = 0;

  get length(): number {
    return this.messages.length;
  }

  /** As a page shows it: the next one, or one that is known in another state. */
  take(message: Message): void {
    const known = this.messages[message.seq - 1];
    if (!known && message.seq === this.length + 1) this.messages.push(message);
    else if (known && message.rev > known.rev) this.messages[message.seq - 1] = message;
  }

  /** As an event tells it. False: something is missing that only a sync brings. */
  hearNew(message: Message): boolean {
    this.take(message);
    return message.seq <= this.length;
  }

  /** A change of a message that is not here yet may come before it: the rev is then not reached. */
  hearChanged(message: Message): boolean {
    this.take(message);
    if (message.seq > this.length || message.rev > this.rev + 1) return false;
    this.rev = Math.max(this.rev, message.rev);
    return true;
  }
}
