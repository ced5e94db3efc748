import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import { toChatError } from "../chat-error.ts";
import type { Connection } from "../connection/connection.ts";
import { background, defer, insist, pause } from "../environment.ts";
import type { Deferred, Environment } from "../environment.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import type { Store } from "../store.ts";
import type { ConversationList } from "./conversation-list.ts";

/** Events of one moment are asked about once. */
const GATHER_MS = 300;

interface ReadParts {
  readonly environment: Environment;
  readonly connection: Connection;
  readonly storage: ChatStorage;
  readonly list: ConversationList;
}

interface Subject {
  readonly id: string;
  readonly details: Store<Conversation>;
  change(change: Partial<Conversation>): void;
}

/** How far the caller has read a conversation. Only the last position counts: what queues collapses into it. */
export class ReadPosition {
  readonly #parts: ReadParts;
  readonly #subject: Subject;
  readonly #closing = new AbortController();
  #wanted = 0;
  #moving: Deferred<void> | null = null;
  #asking = false;

  constructor(parts: ReadParts, subject: Subject) {
    this.#parts = parts;
    this.#subject = subject;
  }

  static readonly prefix = "read/";

  /** Shown at once, kept, and repeated until the server has it. */
  moveTo(seq: number): Promise<void> {
    const { readSeq, unreadCount } = this.#subject.details.get();
    if (seq <= Math.max(readSeq, this.#wanted)) return Promise.resolve(this.#moving?.promise);
    // Before the list is kept with it: whoever starts again must know that the server has not got it yet.
    background(this.#parts.storage.set(this.#key, seq), this.#parts.environment);
    return this.#begin(seq, { readSeq, unreadCount });
  }

  /** Asks how much is unread: never counted here. */
  refresh(): void {
    if (this.#asking || this.#moving) return;
    this.#asking = true;
    background(this.#refresh(), this.#parts.environment);
  }

  /** The position that was to be told when the client was last used. The list may have been kept with it. */
  async restore(): Promise<void> {
    const seq = await this.#parts.storage.get(this.#key);
    if (typeof seq !== "number") return;
    await this.#begin(Math.max(seq, this.#subject.details.get().readSeq), { readSeq: 0 });
  }

  close(): void {
    this.#closing.abort();
  }

  get #key(): string {
    return ReadPosition.prefix + this.#subject.id;
  }

  #begin(seq: number, before: Partial<Conversation>): Promise<void> {
    this.#wanted = seq;
    const isAll = seq >= this.#subject.details.get().lastSeq;
    this.#subject.change({ readSeq: seq, ...(isAll && { unreadCount: 0 }) });
    if (!this.#moving) {
      this.#moving = defer();
      background(this.#move(this.#moving, before), this.#parts.environment);
    }
    return this.#moving.promise;
  }

  async #refresh(): Promise<void> {
    const { signal } = this.#closing;
    await pause(GATHER_MS, signal);
    this.#asking = false;
    // Below every position: nothing moves, the answer tells.
    const answer = await insist(() => this.#ask(0), this.#parts.environment, signal);
    if (!this.#moving && answer.readSeq >= this.#subject.details.get().readSeq) this.#subject.change(answer);
  }

  async #move(moving: Deferred<void>, before: Partial<Conversation>): Promise<void> {
    const { environment, storage, list } = this.#parts;
    const { signal } = this.#closing;
    try {
      let answer;
      let wanted;
      do {
        wanted = this.#wanted;
        answer = await insist(() => this.#ask(this.#wanted), environment, signal);
      } while (this.#wanted > wanted);
      this.#moving = null;
      this.#subject.change(answer);
      moving.resolve();
    } catch (cause) {
      const error = toChatError(cause);
      this.#moving = null;
      this.#wanted = 0;
      moving.reject(error);
      // What is not refused goes on when the client is next used.
      if (error.retryable) return;
      this.#subject.change(before);
      list.refreshSoon();
    }
    await storage.delete(this.#key);
  }

  async #ask(seq: number): Promise<Pick<Conversation, "readSeq" | "unreadCount">> {
    const { connection } = this.#parts;
    await connection.whenOnline();
    const { readSeq, unreadCount } = await connection.ask("mark_read", {
      conversationId: this.#subject.id,
      seq,
    });
    return { readSeq, unreadCount };
  }
}
