import type { Message } from "../../../lambdas/protocol/objects.ts";
import { background } from "../environment.ts";
import type { Environment } from "../environment.ts";
import { AS_WRITTEN } from "../../../lambdas/protocol/objects.ts";
import { isMessage } from "./message-log.ts";
import type { MessageLog } from "./message-log.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";

/** How many of the newest are kept of a conversation. */
const KEPT = 100;
const KEEP_MS = 500;

interface Kept {
  readonly messages: readonly Message[];
  /** Every change up to it is in them. */
  readonly lastRev: number;
}

const isList: (value: unknown) => value is readonly Message[] = Array.isArray;

/** The messages of one conversation as they were last known: shown at the next start until more is. */
export class KeptMessages {
  readonly #storage: ChatStorage;
  readonly #environment: Environment;
  readonly #key: string;
  readonly #log: MessageLog;
  #latest: readonly Message[] | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(storage: ChatStorage, environment: Environment, conversationId: string, log: MessageLog) {
    this.#storage = storage;
    this.#environment = environment;
    this.#key = `log/${conversationId}`;
    this.#log = log;
  }

  /** What was kept, as far as it makes a log: anything else is as good as nothing. */
  async restore(): Promise<void> {
    const kept = (await this.#storage.get(this.#key)) as Kept | readonly Message[] | undefined;
    // Before there were changes the messages were kept alone.
    const { messages, lastRev } = {
      lastRev: 0,
      ...(Array.isArray(kept) ? { messages: kept } : kept),
    } as Kept;
    const isLog =
      isList(messages) &&
      messages.every((message, index) => isMessage(message) && message.seq === messages[0]!.seq + index);
    if (isLog)
      this.#log.restore(
        messages.map((message) => ({ ...AS_WRITTEN, ...message })),
        lastRev,
      );
  }

  keep(): void {
    const { messages } = this.#log;
    if (messages.length === 0 || messages === this.#latest) return;
    this.#latest = messages;
    this.#timer ??= setTimeout(() => background(this.flush(), this.#environment), KEEP_MS);
  }

  async flush(): Promise<void> {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const { messages, lastRev } = this.#log;
    await this.#storage.set(this.#key, { messages: messages.slice(-KEPT), lastRev } satisfies Kept);
  }
}
