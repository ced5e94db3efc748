import type { ChatClient, ChatMessage, ConversationHandle, Message } from "../../../index.ts";

/**
 * Looks at everything a client tells: at each notification the messages must stand as a list can show them, and
 * each event may come once.
 */
export class Watch {
  readonly told: Message[] = [];
  /** What was wrong, and how often. */
  readonly findings = new Map<string, number>();
  notifications = 0;
  #shown = new Map<string, ChatMessage>();
  /** The highest that was told so far, by what is told. */
  readonly #highest = new Map<string, number>();

  constructor(client: ChatClient, conversation: ConversationHandle) {
    conversation.messages.subscribe(() => this.look(conversation.messages.get().items));
    client.on("new_message", ({ message }) => void this.told.push(message));
    client.on("conversation_updated", ({ conversationId, lastSeq }) =>
      this.heard(`conversation_updated ${conversationId}`, lastSeq),
    );
    client.on("messages_read", ({ conversationId, userId, readSeq }) =>
      this.heard(`messages_read ${conversationId} ${userId}`, readSeq),
    );
    for (const type of ["user_online", "user_offline"] as const) {
      client.on(type, ({ userId, version }) => this.heard(`presence ${userId}`, version));
    }
  }

  /** Each of these stands for all below it: one that is not higher was told before. */
  heard(what: string, position: number): void {
    if (position <= (this.#highest.get(what) ?? -1)) this.#found(`was told twice: ${what.split(" ")[0]!}`);
    this.#highest.set(what, position);
  }

  look(items: readonly ChatMessage[]): void {
    this.notifications += 1;
    const shown = new Map(items.map((item) => [item.key, item]));
    const ids = new Set(items.map(({ sender, clientMessageId }) => `${sender.id} ${clientMessageId}`));
    if (shown.size !== items.length) this.#found("showed a key twice");
    if (ids.size !== items.length) this.#found("showed a message twice");
    let last = 0;
    const calls = new Map<string, number>();
    for (const { seq, state, sender, content } of items) {
      if (state === "failed") this.#found("showed one as failed");
      if (seq !== 0 && seq <= last) this.#found("showed a seq that does not rise");
      if (seq === 0 && state === "sent") this.#found("showed one as sent without a seq");
      // What is on its way stands last.
      last = seq === 0 ? Infinity : seq;
      const call = Number(content.split(" ")[1]);
      if (call <= (calls.get(sender.id) ?? -1))
        this.#found("showed a sender's not in the order of the calls");
      calls.set(sender.id, call);
    }
    for (const [key, { seq, state }] of this.#shown) {
      const now = shown.get(key);
      if (!now) this.#found("no more showed what it had shown");
      else if (state === "sent" && (now.state !== "sent" || now.seq !== seq))
        this.#found("took back that one was sent, or where it stands");
    }
    this.#shown = shown;
  }

  #found(finding: string): void {
    this.findings.set(finding, (this.findings.get(finding) ?? 0) + 1);
  }
}
