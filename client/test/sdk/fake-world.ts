import { afterEach, beforeEach, vi } from "vitest";
import type { ChatClient, ChatClientOptions, ConversationHandle } from "../../index.ts";
import { FakeServer } from "./fakes.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** Lets time pass on the fake clock. */
export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A server in memory and a clock of each test's own; the clients are closed at its end. */
export class FakeWorld {
  server = new FakeServer();
  readonly #clients: ChatClient[] = [];

  constructor() {
    beforeEach(() => {
      vi.useFakeTimers();
      this.server = new FakeServer();
    });
    afterEach(async () => {
      await Promise.all(this.#clients.splice(0).map((client) => client.close()));
      vi.useRealTimers();
    });
  }

  client(options: Partial<ChatClientOptions> = {}): ChatClient {
    const client = this.server.client({ random: () => 0.5, ...options });
    this.#clients.push(client);
    return client;
  }

  /** One that was told to connect, and had a moment for it. */
  async connected(options: Partial<ChatClientOptions> = {}): Promise<ChatClient> {
    const client = this.client(options);
    void client.connect().catch(() => undefined);
    await pass(100);
    return client;
  }

  async opened(client: ChatClient, id = "c"): Promise<ConversationHandle> {
    const conversation = client.conversation(id);
    conversation.open();
    await pass(100);
    return conversation;
  }
}

/** What is shown of a conversation. */
export const shown = ({ messages }: ConversationHandle): readonly (readonly [string, string])[] =>
  messages.get().items.map(({ content, state }) => [content, state] as const);
