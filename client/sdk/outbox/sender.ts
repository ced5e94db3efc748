import type { Message } from "../../../lambdas/protocol/objects.ts";
import { ChatError, lost, toChatError } from "../chat-error.ts";
import { background, insist } from "../environment.ts";
import { entryKey, readEntry } from "./entry.ts";
import type { Entry } from "./entry.ts";
import type { OutboxParts } from "./outbox-parts.ts";

const SYNC_PAGE = 100;

/** What it sends, and tells what became of it. */
interface Entries {
  of(conversationId: string): readonly Entry[];
  get(clientMessageId: string): Entry | undefined;
  change(clientMessageId: string, change: Partial<Entry>): Promise<void>;
  remove(entry: Entry, message: Message): Promise<void>;
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
    const { environment, connection } = this.#parts;
    for (let entry; this.#term === term && !term.aborted && (entry = this.#next(conversationId));) {
      const { clientMessageId } = entry;
      const send = async (): Promise<void> => {
        await connection.whenOnline();
        if (!term.aborted) await this.#send(clientMessageId);
      };
      try {
        await insist(send, environment, term);
      } catch (cause) {
        if (term.aborted) return;
        const { code, message } = toChatError(cause);
        await this.#entries.change(clientMessageId, { refusal: { code, message } });
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
      message = (await this.#parts.connection.ask("send_message", fields)).message;
    } catch (cause) {
      if (!(cause instanceof ChatError) || cause.code !== "CONFLICT") throw cause;
      message = await this.#lookForIt(entry, cause);
    }
    this.#parts.sent(message);
    await this.#entries.remove(entry, message);
  }

  /**
   * What the first try goes from is kept before it: the repeats must go from there too, also those of another tab.
   * A tab that was frozen, or had no locks, may be a second sender. Its own reading of the log comes before its look
   * at what is kept: if nobody has begun by then, nothing has been sent, and what was read lies before the message.
   */
  async #begin(clientMessageId: string): Promise<Entry | undefined> {
    const entry = this.#entries.get(clientMessageId);
    if (!entry || entry.afterSeq !== null) return entry;
    const { conversationId } = entry;
    const known =
      this.#parts.knownSeq(conversationId) ??
      (await this.#sync(conversationId, Number.MAX_SAFE_INTEGER)).lastSeq;
    const begun = readEntry(await this.#parts.storage.get(entryKey(entry)))?.afterSeq;
    await this.#entries.change(clientMessageId, { afterSeq: begun ?? known });
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
      const page = await this.#sync(conversationId, seq);
      const own = page.messages.find(
        (message) => message.sender.id === me && message.clientMessageId === clientMessageId,
      );
      if (own) return own;
      seq = page.messages.at(-1)?.seq ?? seq;
      ({ hasMore } = page);
    }
    // The log has not grown: it is not what the server means.
    if (seq === afterSeq) throw conflict;
    await this.#entries.change(clientMessageId, { afterSeq: seq });
    throw lost();
  }

  #sync(conversationId: string, afterSeq: number) {
    return this.#parts.connection.ask("sync", { conversationId, afterSeq, limit: SYNC_PAGE });
  }
}
