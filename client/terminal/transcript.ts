import type { ChatMessage, ConversationHandle } from "../index.ts";

/** Tells the messages of an open conversation that the server has, from a position on: each once, in their order. */
export class Transcript {
  readonly #conversation: ConversationHandle;
  readonly #tell: (message: ChatMessage) => void;
  #told: number;
  #telling = false;
  #again = false;

  /** @param after the highest seq that is not told */
  constructor(conversation: ConversationHandle, after: number, tell: (message: ChatMessage) => void) {
    this.#conversation = conversation;
    this.#told = after;
    this.#tell = tell;
  }

  /** Begins, until the function returned is called. */
  start(): () => void {
    const { messages } = this.#conversation;
    const look = (): void => {
      // What cannot be loaded is in the state of the messages.
      this.#tellAll().catch(() => undefined);
    };
    const stop = messages.subscribe(look);
    look();
    return stop;
  }

  async #tellAll(): Promise<void> {
    this.#again = true;
    if (this.#telling) return;
    this.#telling = true;
    while (this.#again) {
      this.#again = false;
      await this.#reachBack();
      const first = this.#sent()[0]?.seq ?? 0;
      // Nothing stands below the first that one may see.
      if (!this.#conversation.messages.get().hasOlder) this.#told = Math.max(this.#told, first - 1);
      for (const message of this.#sent()) {
        if (message.seq !== this.#told + 1) continue;
        this.#told = message.seq;
        this.#tell(message);
      }
    }
    this.#telling = false;
  }

  /** Far behind, only the newest are loaded at first: those between are, before any is told. */
  async #reachBack(): Promise<void> {
    const { messages } = this.#conversation;
    for (;;) {
      const first = this.#sent()[0]?.seq ?? 0;
      if (first <= this.#told + 1 || messages.get().loading) return;
      await messages.loadOlder();
      // Offline: it goes on when the conversation changes again.
      if ((this.#sent()[0]?.seq ?? 0) >= first) return;
    }
  }

  #sent(): readonly ChatMessage[] {
    return this.#conversation.messages.get().items.filter(({ state }) => state === "sent");
  }
}
