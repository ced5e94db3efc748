import { toChatError } from "../chat-error.ts";
import { background, insist } from "../environment.ts";
import type { Entry } from "./entry.ts";
import type { OutboxParts } from "./outbox-parts.ts";

/** What it sends, and tells what became of it. */
interface Entries {
  of(conversationId: string): readonly Entry[];
  change(clientMessageId: string, change: Partial<Entry>): Promise<void>;
  remove(entry: Entry): Promise<void>;
}

/**
 * Sends what waits: in its order, one at a time in each conversation, repeated unchanged until the server has it
 * or has refused it for good.
 */
export class Sender {
  readonly #parts: OutboxParts;
  readonly #entries: Entries;
  readonly #draining = new Set<string>();
  /** Aborted when another tab sends; null before this one has ever done so. */
  #term: AbortSignal | null = null;

  constructor(parts: OutboxParts, entries: Entries) {
    this.#parts = parts;
    this.#entries = entries;
  }

  get isSending(): boolean {
    return this.#term?.aborted === false;
  }

  start(term: AbortSignal, conversationIds: Iterable<string>): void {
    this.#term = term;
    for (const conversationId of conversationIds) this.drain(conversationId);
  }

  stop(): void {
    this.#term = null;
  }

  /** Sends what waits in this conversation, if this tab is the one that sends. */
  drain(conversationId: string): void {
    const term = this.#term;
    if (!term || term.aborted || this.#draining.has(conversationId)) return;
    this.#draining.add(conversationId);
    const drained = this.#sendAll(conversationId, term).finally(() => {
      this.#draining.delete(conversationId);
      // One that came while the last steps were on their way, or another term has begun.
      if (this.#next(conversationId)) this.drain(conversationId);
    });
    background(drained, this.#parts.environment);
  }

  #next(conversationId: string): Entry | undefined {
    return this.#entries.of(conversationId).find(({ refusal }) => refusal === null);
  }

  async #sendAll(conversationId: string, term: AbortSignal): Promise<void> {
    const { environment, connection, onDemand } = this.#parts;
    for (let entry; this.#term === term && !term.aborted && (entry = this.#next(conversationId));) {
      const { clientMessageId } = entry;
      const send = async (): Promise<void> => {
        await connection.whenOnline();
        const { delivery } = await onDemand.load();
        if (!term.aborted) await delivery.attempt(clientMessageId);
      };
      try {
        await insist(send, environment, term);
      } catch (cause) {
        if (term.aborted) return;
        const { code, message } = toChatError(cause);
        const refusal = { code, message };
        // A change that is refused is undone.
        if (entry.change) await this.#entries.remove({ ...entry, refusal });
        else await this.#entries.change(clientMessageId, { refusal });
      }
    }
  }
}
