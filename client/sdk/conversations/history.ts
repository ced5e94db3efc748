import { toChatError } from "../chat-error.ts";
import { background, insist, oneAtATime, pause, repeated } from "../environment.ts";
import { Value } from "../store.ts";
import type { MessagesState } from "./conversation-handle.ts";
import type { KnownHistory, OnDemand } from "../offered.ts";
import type { ConversationParts } from "./conversation-parts.ts";
import { MessageLog } from "./message-log.ts";

/** How long the missing event is waited for: most often it is on its way. */
const GAP_MS = 500;

/** The messages of a conversation: what is known of them, and how the rest gets here. */
export class History implements KnownHistory {
  readonly log = new MessageLog(() => !this.subject.details.get().otherParticipant?.id);
  readonly state = new Value<Pick<MessagesState, "loading" | "error">>({ loading: false, error: null });
  /** Resolves once everything stored before the call is known. @throws ChatError */
  readonly catchUp = repeated(() => this.#loading((onDemand) => onDemand.catchUp(this)));
  /** What goes wrong is shown. */
  readonly loadOlder = oneAtATime(() =>
    this.#loading((onDemand) => onDemand.loadOlder(this)).catch(() => undefined),
  );
  readonly #parts: ConversationParts;
  readonly subject: KnownHistory["subject"];
  readonly #closing: AbortSignal;
  readonly reads = new Map<string, readonly [seq: number, readAt: string]>();
  #loads = 0;
  /** How far something has said that the log, and its changes, have come. */
  #heard = { seq: 0, rev: 0 };
  #isWaiting = false;

  constructor(parts: ConversationParts, subject: KnownHistory["subject"], closing: AbortSignal) {
    this.#parts = parts;
    this.subject = subject;
    this.#closing = closing;
  }

  /** The lowest seq there is for whoever asks. */
  get first(): number {
    return this.subject.details.get().firstSeq || 1;
  }

  /** Something says that the log, or its changes, have come so far: what does not come by itself is asked for. */
  heardOf(lastSeq: number, lastRev: number): void {
    const { seq, rev } = this.#heard;
    this.#heard = { seq: Math.max(seq, lastSeq), rev: Math.max(rev, lastRev) };
    if (!this.#isBehind || this.#isWaiting || !this.subject.isOpen) return;
    this.#isWaiting = true;
    background(this.#catchUpAfterGap(), this.#parts.environment);
  }

  get #isBehind(): boolean {
    return this.#heard.seq > this.log.lastSeq || this.#heard.rev > this.log.lastRev;
  }

  /** Tells whether that is news. */
  heardRead(userId: string, seq: number, readAt: string): boolean {
    this.log.markRead(userId, seq, readAt);
    const isNews = seq > (this.reads.get(userId)?.[0] ?? 0);
    if (isNews) this.reads.set(userId, [seq, readAt]);
    return isNews;
  }

  /** Why it cannot be caught up with. */
  failed(cause: unknown): void {
    this.state.set({ loading: this.#loads > 0, error: toChatError(cause) });
  }

  async #loading(work: (onDemand: OnDemand) => Promise<void>): Promise<void> {
    this.#loads += 1;
    this.state.merge({ loading: true });
    try {
      await work(await this.#parts.onDemand.load());
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
    if (!this.#isBehind) return;
    // Whatever was heard of until now is there to be asked for.
    this.#heard = { seq: 0, rev: 0 };
    const catchUp = async (): Promise<void> => {
      await connection.whenOnline();
      if (this.subject.isOpen) await this.catchUp();
    };
    await insist(catchUp, environment, this.#closing);
  }
}
