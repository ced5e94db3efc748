import type { User } from "../../../lambdas/protocol/objects.ts";
import { Value } from "../store.ts";

/** A signal counts so long unless it is repeated; one's own is repeated in half of it. */
const TYPING_MS = 6_000;

/** Who types: others until they stop or fall silent, oneself by signals that are repeated. */
export class Typing {
  readonly others = new Value<readonly User[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #say: (action: "typing_start" | "typing_stop") => void;
  #own: ReturnType<typeof setInterval> | null = null;

  constructor(say: (action: "typing_start" | "typing_stop") => void) {
    this.#say = say;
  }

  /** Tells whether that is news. */
  started(user: User): boolean {
    const isNews = !this.#timers.has(user.id);
    clearTimeout(this.#timers.get(user.id));
    this.#timers.set(
      user.id,
      setTimeout(() => this.stopped(user.id), TYPING_MS),
    );
    if (isNews) this.others.set([...this.others.get(), user]);
    return isNews;
  }

  stopped(userId: string): boolean {
    const wasTyping = this.#timers.has(userId);
    clearTimeout(this.#timers.get(userId));
    this.#timers.delete(userId);
    if (wasTyping) this.others.set(this.others.get().filter(({ id }) => id !== userId));
    return wasTyping;
  }

  /** Until it is called with false; the caller says so with each keystroke or once. */
  setOwn(on: boolean): void {
    if (on === (this.#own !== null)) return;
    if (on) {
      this.#own = setInterval(() => this.#say("typing_start"), TYPING_MS / 2);
      this.#say("typing_start");
    } else this.endOwn();
  }

  /** `isTold`: the server ends it by itself, on a send or when the room is left. */
  endOwn(isTold = false): void {
    if (this.#own === null) return;
    clearInterval(this.#own);
    this.#own = null;
    if (!isTold) this.#say("typing_stop");
  }

  close(): void {
    this.endOwn(true);
    for (const userId of [...this.#timers.keys()]) this.stopped(userId);
  }
}
