import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import { toChatError } from "../chat-error.ts";
import type { Connection } from "../connection/connection.ts";
import { backOff, defer, pause } from "../environment.ts";
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
    const { readSeq, lastSeq } = this.#subject.details.get();
    if (seq <= readSeq || seq <= this.#wanted) return this.#moving?.promise ?? Promise.resolve();
    this.#wanted = seq;
    this.#subject.change({ readSeq: seq, ...(seq >= lastSeq ? { unreadCount: 0 } : {}) });
    void this.#parts.storage.set(this.#key, seq);
    if (!this.#moving) {
      this.#moving = defer();
      void this.#move(this.#moving);
    }
    return this.#moving.promise;
  }

  /** Asks how much is unread: never counted here. */
  async refresh(): Promise<void> {
    if (this.#asking || this.#moving) return;
    this.#asking = true;
    await pause(GATHER_MS, this.#closing.signal);
    this.#asking = false;
    // Below every position: nothing moves, the answer tells.
    const answer = await this.#ask(0).catch(() => null);
    if (answer && !this.#moving) this.#subject.change(answer);
  }

  close(): void {
    this.#closing.abort();
  }

  get #key(): string {
    return `${ReadPosition.prefix}${this.#subject.id}`;
  }

  async #move(moving: Deferred<void>): Promise<void> {
    const { environment, connection, storage } = this.#parts;
    let failures = 0;
    for (;;) {
      const wanted = this.#wanted;
      try {
        await connection.whenOnline();
        const answer = await this.#ask(wanted);
        failures = 0;
        if (this.#wanted > wanted) continue;
        this.#subject.change(answer);
        await storage.delete(this.#key);
        this.#moving = null;
        return moving.resolve();
      } catch (cause) {
        const error = toChatError(cause);
        if (!error.retryable || this.#closing.signal.aborted) {
          this.#moving = null;
          this.#wanted = 0;
          if (!error.retryable) {
            await storage.delete(this.#key);
            void this.#parts.list.refresh();
          }
          return moving.reject(error);
        }
        const wait = backOff((failures += 1) - 1, environment.random);
        await pause(Math.max(error.retryAfterMs ?? 0, wait), this.#closing.signal);
      }
    }
  }

  async #ask(seq: number): Promise<Pick<Conversation, "readSeq" | "unreadCount">> {
    const { readSeq, unreadCount } = await this.#parts.connection.ask("mark_read", {
      conversationId: this.#subject.id,
      seq,
    });
    return { readSeq, unreadCount };
  }
}
