import type { Message } from "../../../lambdas/protocol/objects.ts";
import type { ChatError } from "../chat-error.ts";
import type { ConversationParts } from "../conversations/conversation-parts.ts";
import { background } from "../environment.ts";
import type { MessageChange } from "../outbox/change.ts";
import type { Entry } from "../outbox/entry.ts";
import { asChanged } from "./as-changed.ts";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: ChatError) => void;
}

type ChangesParts = Pick<ConversationParts, "outbox" | "connection" | "http" | "environment" | "myId">;

/**
 * Changes that are to be made. They wait in the outbox among the messages, in their order; what a later one makes
 * void is taken out. Repeating one does no harm: each says how the message is to be, not what is to become of it.
 */
export class Changes {
  readonly #parts: ChangesParts;
  /** Who wants to hear what becomes of an entry of this tab, by its id. */
  readonly #waiters = new Map<string, readonly Waiter[]>();

  constructor(parts: ChangesParts) {
    this.#parts = parts;
  }

  /** Shown at once; resolves when the server has it, or what took its place. @throws ChatError once it is refused */
  make(conversationId: string, change: MessageChange): Promise<void> {
    const { outbox, environment } = this.#parts;
    const before = outbox
      .of(conversationId)
      .filter((entry) => entry.change && isVoidBy(change, entry.change));
    // What was on its way to the server may arrive or not: what takes its place says all that it said.
    const earlier = change.kind === "edit" ? before.map((entry) => entry.change) : [];
    const whole = Object.assign({}, ...earlier, change) as MessageChange;
    const entry = outbox.add(conversationId, { content: "", change: whole });
    const replaced = entry.refusal ? [] : before;
    return new Promise((resolve, reject) => {
      const waiters = replaced.flatMap(({ clientMessageId }) => this.#waitersOf(clientMessageId));
      this.#waiters.set(entry.clientMessageId, [...waiters, { resolve, reject }]);
      for (const over of entry.refusal ? [entry] : replaced) background(outbox.remove(over), environment);
    });
  }

  /** The server has it, or it was taken out, or refused. */
  settled({ clientMessageId }: Entry, error: ChatError | null): void {
    for (const { resolve, reject } of this.#waitersOf(clientMessageId)) {
      if (error) reject(error);
      else resolve();
    }
  }

  /** One try. @throws ChatError */
  async send(conversationId: string, change: MessageChange): Promise<Message> {
    const { connection, http } = this.#parts;
    const { kind, ...fields } = change;
    const inConversation = { conversationId, ...fields };
    switch (kind) {
      case "edit":
        return (await connection.ask("edit_message", inConversation)).message;
      case "delete":
        return (await connection.ask("delete_message", inConversation)).message;
      case "react":
        return (await connection.ask("react", inConversation)).message;
      case "pin": {
        const path = { conversationId, seq: String(change.seq) };
        const route = "/api/conversations/{conversationId}/messages/{seq}/pin" as const;
        return (await http.call(`${change.on ? "PUT" : "DELETE"} ${route}`, { path })).message;
      }
    }
  }

  /** The message as it will be. */
  shown(message: Message, entries: readonly Entry[]): Message {
    const me = this.#parts.myId() ?? "";
    return entries.reduce(
      (shown, { change, writtenAt }) =>
        change?.seq === message.seq ? asChanged(shown, change, me, new Date(writtenAt).toISOString()) : shown,
      message,
    );
  }

  #waitersOf(id: string): readonly Waiter[] {
    const waiters = this.#waiters.get(id) ?? [];
    this.#waiters.delete(id);
    return waiters;
  }
}

/** Whether what `before` would do is undone, or said again, by `change`. An edit that asks for a `rev` is itself. */
function isVoidBy(change: MessageChange, before: MessageChange): boolean {
  if (change.seq !== before.seq) return false;
  switch (change.kind) {
    case "delete":
      return true;
    case "edit":
      return before.kind === "edit" && before.ifRev === undefined && change.ifRev === undefined;
    case "react":
      return before.kind === "react" && before.emoji === change.emoji;
    case "pin":
      return before.kind === "pin";
  }
}
