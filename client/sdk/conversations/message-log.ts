import type { Message } from "../../../lambdas/protocol/objects.ts";
import { quoted } from "./preview.ts";

/** How many of a conversation that is closed stay in memory. */
const MAX_UNSEEN = 100;

/** Whether it has what everything here relies on: it may be broken, or of another version. */
export const isMessage = (value: Partial<Message> | null | undefined): boolean =>
  typeof value?.content === "string" && !!value.sender?.id && value.seq! > 0;

/**
 * The messages of a conversation that are known: from some seq on, without a gap. What comes beyond a gap is
 * held; what comes twice changes nothing.
 */
export class MessageLog {
  readonly #isGroup: () => boolean;
  #messages: readonly Message[] = [];
  readonly #held = new Map<number, Message>();
  /** Whether the end of the log has been seen: an empty log may be one nobody has looked at. */
  #isLoaded = false;
  /** Every change up to it is in what is known. */
  #lastRev = 0;
  /** Those beyond a missing one. */
  readonly #revs = new Set<number>();

  /** In a group who has read a message follows from its members' positions. */
  constructor(isGroup = () => false) {
    this.#isGroup = isGroup;
  }

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

  get lastRev(): number {
    return this.#lastRev;
  }

  /** The first that is not below `seq`. */
  from(seq: number): Message | undefined {
    return this.#messages[Math.max(0, seq - this.firstSeq)];
  }

  /** What is known beyond a gap, in its order. */
  get held(): readonly Message[] {
    return [...this.#held.values()].sort((a, b) => a.seq - b.seq);
  }

  /**
   * Puts a page of the newest messages, with every change up to `rev`, in place of everything, unless it joins what
   * is there.
   */
  load(page: readonly Message[], rev: number): void {
    this.#isLoaded = true;
    const first = page[0];
    if (!first) return;
    if (this.#messages.length > 0 && first.seq <= this.lastSeq + 1) return this.refresh(page);
    this.#messages = page;
    this.#lastRev = rev;
    this.#revs.clear();
    this.#takeHeld();
  }

  /** Older messages, which end where the known ones begin. They may lack changes that the others have. */
  prepend(page: readonly Message[], rev: number): void {
    const older = page.filter(({ seq }) => seq < this.firstSeq);
    if (older.at(-1)?.seq !== this.firstSeq - 1) return;
    this.#messages = [...older, ...this.#messages];
    this.#lastRev = Math.min(this.#lastRev, rev);
  }

  /** Whether it, and what it had been missing for, stands in its place now; else it is held until it does. */
  add(message: Message): boolean {
    if (message.seq <= this.lastSeq) {
      this.#replace(message);
      return true;
    }
    // The change of a message may come before the message.
    if (!((this.#held.get(message.seq)?.rev ?? 0) > message.rev)) this.#held.set(message.seq, message);
    if (this.#isLoaded) this.#takeHeld();
    return !this.#held.has(message.seq);
  }

  /** A message as of its latest change. Tells whether that is news of one that was known before. */
  change(message: Message): boolean {
    const { seq, rev } = message;
    const isNews = rev > this.#lastRev && !this.#revs.has(rev);
    this.#requote(message);
    if (isNews) this.#revs.add(rev);
    this.reached(this.#lastRev);
    if (seq > this.lastSeq) {
      this.add(message);
      return false;
    }
    return this.#replace(message) || isNews;
  }

  /** Every change up to `rev` is known. */
  reached(rev: number): void {
    this.#lastRev = rev;
    for (const known of this.#revs) if (known <= rev) this.#revs.delete(known);
    while (this.#revs.delete(this.#lastRev + 1)) this.#lastRev += 1;
  }

  /** Takes newer states of what is known, and what follows it. */
  refresh(page: readonly Message[]): void {
    const bySeq = new Map(page.map((message) => [message.seq, message]));
    this.#messages = this.#messages.map((known) => {
      const readAt = bySeq.get(known.seq)?.readAt ?? known.readAt;
      return readAt === known.readAt ? known : { ...known, readAt };
    });
    for (const message of page) this.add(message);
  }

  /** Somebody has read up to `seq`: an earlier time than the one known is the right one, events may cross. A guess changes no time. */
  markRead(userId: string, seq: number, readAt: string, isGuess = false): void {
    const isRead = (message: Message): boolean =>
      message.seq <= seq &&
      message.sender.id !== userId &&
      (message.readAt === null || (!isGuess && message.readAt > readAt));
    if (this.#isGroup() || !this.#messages.some(isRead)) return;
    this.#messages = this.#messages.map((message) => (isRead(message) ? { ...message, readAt } : message));
  }

  /** Everything below has gone by while nobody looked: what is known is too far behind to be filled up. */
  reset(): void {
    this.#isLoaded = false;
    this.#held.clear();
    this.#messages = [];
  }

  /** Nobody looks any more: the oldest are loaded again when they are wanted. */
  forgetOld(): void {
    this.#messages = this.#messages.slice(-MAX_UNSEEN);
  }

  /** What was kept: known, but its end is yet to be seen. */
  restore(messages: readonly Message[], rev: number): void {
    if (this.#messages[0]) return;
    this.#messages = messages;
    this.#lastRev = rev;
    // What came before this was held: some of it was kept as well.
    for (const message of this.held) if (this.add(message)) this.#held.delete(message.seq);
  }

  #replace(message: Message): boolean {
    const known = this.#messages[message.seq - this.firstSeq];
    if (!known || known.rev >= message.rev) return false;
    const next = { ...message, readAt: message.readAt ?? known.readAt };
    this.#messages = this.#messages.map((one) => (one === known ? next : one));
    this.#requote();
    return true;
  }

  /** Whatever answers another shows it as it is by now, as far as it is known. */
  #requote(changed?: Message): void {
    this.#messages = this.#messages.map((one) => {
      const { seq, preview } = one.replyTo ?? {};
      const now = seq === changed?.seq ? changed : this.#messages[seq! - this.firstSeq];
      if (!preview || !now || preview.rev >= now.rev) return one;
      return { ...one, replyTo: { ...one.replyTo!, preview: quoted(now) } };
    });
  }

  #takeHeld(): void {
    let next = this.lastSeq + 1;
    const taken = this.held.filter(({ seq }) => {
      if (seq <= next) this.#held.delete(seq);
      return seq === next && (next += 1);
    });
    if (!taken[0]) return;
    this.#messages = [...this.#messages, ...taken];
    // A change may have come while one that answers it, or it, was held.
    this.#requote();
  }
}
