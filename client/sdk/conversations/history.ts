import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import { toChatError } from "../chat-error.ts";
import { background, insist, oneAtATime, pause, repeated } from "../environment.ts";
import { Value } from "../store.ts";
import type { Store } from "../store.ts";
import type { MessagesState } from "./conversation-handle.ts";
import type { ConversationParts } from "./conversation-parts.ts";
import { MessageLog } from "./message-log.ts";

const PAGE = 50;
const SYNC_PAGE = 100;
/** How long the missing event is waited for: most often it is on its way. */
const GAP_MS = 500;
/** Further behind than this the newest page is loaded instead of all between; the rest by scrolling. */
const MAX_BEHIND = 500;

interface Subject {
  readonly id: string;
  readonly details: Store<Conversation>;
  readonly isOpen: boolean;
  /** More is known. */
  learned(): void;
  /** All is. */
  caughtUp(): void;
}

/** The messages of a conversation: what is known of them, and how the rest gets here. */
export class History {
  readonly log = new MessageLog();
  readonly state = new Value<Pick<MessagesState, "loading" | "error">>({ loading: false, error: null });
  /** Resolves once everything stored before the call is known. @throws ChatError */
  readonly catchUp = repeated(() => this.#loading(() => this.#sync()));
  /** What goes wrong is shown. */
  readonly loadOlder = oneAtATime(() => this.#loading(() => this.#loadBefore()).catch(() => undefined));
  readonly #parts: ConversationParts;
  readonly #subject: Subject;
  readonly #closing: AbortSignal;
  /** How far each participant is known to have read, and when. */
  readonly #reads = new Map<string, readonly [seq: number, readAt: string]>();
  #loads = 0;
  #isWaiting = false;

  constructor(parts: ConversationParts, subject: Subject, closing: AbortSignal) {
    this.#parts = parts;
    this.#subject = subject;
    this.#closing = closing;
  }

  /** Something says that the log has come so far: what does not come by itself is asked for. */
  heardOf(lastSeq: number): void {
    if (lastSeq <= this.log.lastSeq || this.#isWaiting || !this.#subject.isOpen) return;
    this.#isWaiting = true;
    background(this.#catchUpAfterGap(), this.#parts.environment);
  }

  /** Tells whether that is news. */
  heardRead(userId: string, seq: number, readAt: string): boolean {
    this.log.markRead(userId, seq, readAt);
    const isNews = seq > (this.#reads.get(userId)?.[0] ?? 0);
    if (isNews) this.#reads.set(userId, [seq, readAt]);
    return isNews;
  }

  /** Why it cannot be caught up with. */
  failed(cause: unknown): void {
    this.state.set({ loading: this.#loads > 0, error: toChatError(cause) });
  }

  async #loading(work: () => Promise<void>): Promise<void> {
    this.#loads += 1;
    this.state.merge({ loading: true });
    try {
      await work();
      this.#loads -= 1;
      this.state.set({ loading: this.#loads > 0, error: null });
    } catch (cause) {
      this.#loads -= 1;
      this.failed(cause);
      throw cause;
    }
  }

  async #catchUpAfterGap(): Promise<void> {
    const { environment, connection } = this.#parts;
    await pause(GAP_MS, this.#closing);
    this.#isWaiting = false;
    const catchUp = async (): Promise<void> => {
      await connection.whenOnline();
      if (this.#subject.isOpen) await this.catchUp();
    };
    await insist(catchUp, environment, this.#closing);
  }

  async #sync(): Promise<void> {
    const { log } = this;
    const subject = this.#subject;
    const conversationId = subject.id;
    const isKnown = log.messages.length > 0;
    if (subject.details.get().lastSeq - log.lastSeq > MAX_BEHIND) log.reset();
    log.load(log.messages.length > 0 ? [] : await this.#page());
    for (let hasMore = true; hasMore;) {
      const afterSeq = log.lastSeq;
      const fields = { conversationId, afterSeq, limit: SYNC_PAGE };
      const page = await this.#parts.connection.ask("sync", fields);
      for (const message of page.messages) {
        log.add(message);
        this.#parts.people.saw(message.sender);
      }
      subject.learned();
      hasMore = page.hasMore && log.lastSeq > afterSeq;
    }
    // Events of reading may have been missed, also one before another that came.
    if (isKnown) log.refresh(await this.#page());
    // An event may have overtaken the page.
    for (const [userId, read] of this.#reads) log.markRead(userId, ...read);
    subject.caughtUp();
  }

  async #loadBefore(): Promise<void> {
    const first = this.log.messages[0];
    if (!first || first.seq === 1) return;
    this.log.prepend(await this.#page({ before: first.id }));
    this.#subject.learned();
  }

  /** Reading it is not marked: the page says what was looked at. */
  async #page(query: { readonly before?: string } = {}) {
    const answer = await this.#parts.http.call("GET /api/conversations/{conversationId}/messages", {
      path: { conversationId: this.#subject.id },
      query: { ...query, limit: PAGE, markRead: false },
    });
    return answer.messages;
  }
}
