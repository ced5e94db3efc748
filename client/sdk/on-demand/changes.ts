import type { Conversation, Message } from "../../../lambdas/protocol/objects.ts";
import type { ChatError } from "../chat-error.ts";
import { background } from "../environment.ts";
import type { ConversationSettings } from "../groups.ts";
import type { Change } from "../outbox/change.ts";
import type { Entry } from "../outbox/entry.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";
import type { Archive } from "./archive.ts";
import { asChanged } from "./as-changed.ts";

interface Waiter {
  readonly undo: (() => void) | null;
  readonly resolve: () => void;
  readonly reject: (error: ChatError) => void;
}

/**
 * Changes that are to be made. They wait in the outbox among the messages, in their order; what a later one makes
 * void is taken out. Repeating one does no harm: each says how the message is to be, not what is to become of it.
 */
export class Changes {
  readonly #parts: OnDemandParts;
  readonly #archive: Archive;
  /** Who wants to hear what becomes of an entry of this tab, by its id. */
  readonly #waiters = new Map<string, readonly Waiter[]>();

  constructor(parts: OnDemandParts, archive: Archive) {
    this.#parts = parts;
    this.#archive = archive;
  }

  /** Shown at once; resolves when the server has it, or what took its place. @throws ChatError once it is refused */
  make(conversationId: string, change: Change): Promise<void> {
    const { outbox, environment } = this.#parts;
    const before = outbox
      .of(conversationId)
      .filter((entry) => entry.change && isVoidBy(change, entry.change));
    // What was on its way to the server may arrive or not: what takes its place says all that it said.
    const earlier =
      change.kind === "edit" || change.kind === "settings" ? before.map((entry) => entry.change) : [];
    const whole = Object.assign({}, ...earlier, withoutGaps(change)) as Change;
    const entry = outbox.add(conversationId, { content: "", change: whole });
    const replaced = entry.refusal ? [] : before;
    const undo = whole.kind === "settings" ? this.#set(conversationId, whole) : null;
    return new Promise((resolve, reject) => {
      const waiters = replaced.flatMap(({ clientMessageId }) => this.#waitersOf(clientMessageId));
      this.#waiters.set(entry.clientMessageId, [...waiters, { resolve, reject, undo }]);
      for (const over of entry.refusal ? [entry] : replaced) background(outbox.remove(over), environment);
    });
  }

  /** The server has it, or it was taken out, or refused. */
  settled({ clientMessageId, change }: Entry, error: ChatError | null): void {
    for (const { resolve, reject, undo } of this.#waitersOf(clientMessageId).toReversed()) {
      if (error) undo?.();
      if (error) reject(error);
      else resolve();
    }
    if (error && change?.kind === "settings") this.#parts.list.refreshSoon();
  }

  /** One try. @throws ChatError */
  async send(conversationId: string, change: Change): Promise<Message | undefined> {
    const { connection, http } = this.#parts;
    const { kind, seq, ...fields } = change;
    switch (kind) {
      case "settings": {
        const request = { path: { conversationId }, body: fields };
        // Other devices hear of it; here it is shown already.
        await http.call("PATCH /api/conversations/{conversationId}/settings", request);
        if (change.archived === false) this.#parts.list.refreshSoon();
        return undefined;
      }
      case "edit":
      case "delete":
      case "react": {
        const action = kind === "react" ? kind : (`${kind}_message` as const);
        return (await connection.ask(action, { conversationId, seq, ...fields })).message;
      }
      case "pin": {
        const path = { conversationId, seq: String(seq) };
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

  /** A conversation as it will be. */
  withSettings(conversation: Conversation): Conversation {
    const entries = this.#parts.outbox.of(conversation.id);
    return entries.reduce((shown, { change }) => {
      if (change?.kind !== "settings") return shown;
      const { kind: _kind, seq: _seq, ...settings } = change;
      return { ...shown, ...settings };
    }, conversation);
  }

  /** Gives what undoes it. */
  #set(
    conversationId: string,
    { kind: _kind, seq: _seq, ...settings }: Change & { kind: "settings" },
  ): () => void {
    const { list } = this.#parts;
    const { details } = this.#parts.conversation(conversationId);
    const before = details.get();
    const set = (change: ConversationSettings): void => {
      const next = { ...details.get(), ...change };
      details.set(next);
      this.#archive.put(next);
      if (list.find(conversationId) || change.archived === false) list.put(next);
    };
    set(settings);
    const names = Object.keys(settings) as (keyof ConversationSettings)[];
    const earlier = Object.fromEntries(names.map((name) => [name, (before as ConversationSettings)[name]]));
    return () => set(earlier);
  }

  #waitersOf(id: string): readonly Waiter[] {
    const waiters = this.#waiters.get(id) ?? [];
    this.#waiters.delete(id);
    return waiters;
  }
}

/** What is undefined is not said. */
const withoutGaps = (change: Change): object =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));

/** Whether what `before` would do is undone, or said again, by `change`. An edit that asks for a `rev` is itself. */
function isVoidBy(change: Change, before: Change): boolean {
  if (change.seq !== before.seq) return false;
  switch (change.kind) {
    case "delete":
      return true;
    case "edit":
      return before.kind === "edit" && before.ifRev === undefined && change.ifRev === undefined;
    case "react":
      return before.kind === "react" && before.emoji === change.emoji;
    case "pin":
    case "settings":
      return before.kind === change.kind;
  }
}
