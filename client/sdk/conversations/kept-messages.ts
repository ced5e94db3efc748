import type { Message } from "../../../lambdas/protocol/objects.ts";
import { background } from "../environment.ts";
import type { Environment } from "../environment.ts";
import { isMessage } from "./message-log.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";

/** How many of the newest are kept of a conversation. */
const KEPT = 100;
const KEEP_MS = 500;

/** The messages of one conversation as they were last known: shown at the next start until more is. */
export class KeptMessages {
  readonly #storage: ChatStorage;
  readonly #environment: Environment;
  readonly #key: string;
  #latest: readonly Message[] | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(storage: ChatStorage, environment: Environment, conversationId: string) {
    this.#storage = storage;
    this.#environment = environment;
    this.#key = `log/${conversationId}`;
  }

  /** What was kept, as far as it makes a log: anything else is as good as nothing. */
  async restore(): Promise<readonly Message[]> {
    const kept = await this.#storage.get(this.#key);
    const messages = Array.isArray(kept) ? (kept as Message[]) : [];
    const isLog = messages.every(
      (message, index) => isMessage(message) && message.seq === messages[0]!.seq + index,
    );
    return isLog ? messages : [];
  }

  keep(messages: readonly Message[]): void {
    if (messages.length === 0 || messages === this.#latest) return;
    this.#latest = messages;
    this.#timer ??= setTimeout(() => background(this.flush(), this.#environment), KEEP_MS);
  }

  async flush(): Promise<void> {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    await this.#storage.set(this.#key, this.#latest?.slice(-KEPT));
  }
}
