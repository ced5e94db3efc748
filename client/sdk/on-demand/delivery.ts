import type { Message } from "../../../lambdas/protocol/objects.ts";
import type { ChatError } from "../chat-error.ts";
import { entryKey, readEntry } from "../outbox/entry.ts";
import type { Entry } from "../outbox/entry.ts";
import type { Changes } from "./changes.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

const SYNC_PAGE = 100;

/** How one entry of the outbox gets to the server. */
export class Delivery {
  readonly #parts: OnDemandParts;
  readonly #changes: Changes;

  constructor(parts: OnDemandParts, changes: Changes) {
    this.#parts = parts;
    this.#changes = changes;
  }

  /** One try. Of what has been taken back meanwhile nothing is sent. */
  async attempt(clientMessageId: string): Promise<void> {
    const { outbox, connection } = this.#parts;
    const entry = await this.#begin(clientMessageId);
    if (!entry) return;
    const { conversationId, content, afterSeq, change, replyToSeq, mentions, metadata } = entry;
    const fields = { conversationId, content, clientMessageId, afterSeq, replyToSeq, mentions, metadata };
    let message: Message;
    if (change) {
      return outbox.remove(entry, await this.#changes.send(conversationId, change));
    }
    try {
      message = (await connection.ask("send_message", fields)).message;
    } catch (cause) {
      if ((cause as Partial<ChatError>).code !== "CONFLICT") throw cause;
      message = await this.#lookForIt(entry, cause as ChatError);
    }
    await outbox.remove(entry, message);
  }

  /**
   * What the first try goes from is kept before it: the repeats must go from there too, also those of another tab.
   * A tab that was frozen, or had no locks, may be a second sender. Its own reading of the log comes before its look
   * at what is kept: if nobody has begun by then, nothing has been sent, and what was read lies before the message.
   */
  async #begin(clientMessageId: string): Promise<Entry | undefined> {
    const entry = this.#parts.outbox.get(clientMessageId);
    if (!entry || entry.change || entry.afterSeq !== null) return entry;
    const { conversationId } = entry;
    const known =
      this.#parts.conversation(conversationId).knownSeq ??
      (await this.#sync(conversationId, Number.MAX_SAFE_INTEGER)).lastSeq;
    const begun = readEntry(await this.#parts.storage.get(entryKey(entry)))?.afterSeq;
    await this.#parts.outbox.change(clientMessageId, { afterSeq: begun ?? known });
    return this.#parts.outbox.get(clientMessageId);
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
    await this.#parts.outbox.change(clientMessageId, { afterSeq: seq });
    throw this.#parts.lost();
  }

  #sync(conversationId: string, afterSeq: number) {
    return this.#parts.connection.ask("sync", { conversationId, afterSeq, limit: SYNC_PAGE });
  }
}
