import { AS_WRITTEN } from "../../../lambdas/protocol/objects.ts";
import type { Message } from "../../../lambdas/protocol/objects.ts";
import { ChatError } from "../chat-error.ts";
import type { Entry } from "../outbox/entry.ts";
import { background } from "../environment.ts";
import type { Environment } from "../environment.ts";
import type { Loader } from "../loader.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { People } from "../people.ts";
import { Value } from "../store.ts";
import type { ChatMessage, MessagesState } from "./conversation-handle.ts";
import { quoted } from "./preview.ts";
import type { History } from "./history.ts";

interface ViewParts {
  readonly environment: Environment;
  readonly outbox: Outbox;
  readonly onDemand: Loader;
  readonly people: People;
  readonly myId: () => string | null;
}

/** What is shown of a conversation: its log, then what is on its way. */
export class MessageView {
  readonly store: Value<MessagesState>;
  readonly #history: History;
  readonly #parts: ViewParts;
  readonly #id: string;
  /** The same object for the same message: a list redraws what has changed. */
  readonly #shown = new WeakMap<Message | Entry, ChatMessage>();

  constructor(history: History, parts: ViewParts, id: string) {
    this.#history = history;
    this.#parts = parts;
    this.#id = id;
    this.store = new Value<MessagesState>({ items: [], hasOlder: false, loading: false, error: null });
    history.state.subscribe(() => this.render());
    this.render();
  }

  render(): void {
    const me = this.#parts.myId();
    const { outbox, onDemand, environment } = this.#parts;
    const entries = outbox.of(this.#id);
    const changes = entries.filter(({ change }) => change);
    if (changes.length > 0 && !onDemand.loaded) {
      background(
        onDemand.load().then(() => this.render()),
        environment,
      );
    }
    // One's own shows where it will stand, also while what comes before it is still missing.
    const { messages, held, firstSeq } = this.#history.log;
    const known = [...messages, ...held.filter(({ sender }) => sender.id === me)];
    // An event may have overtaken its ack.
    const arrived = new Set(entries.length > 0 ? known.map(keyOf(me)) : []);
    const onTheirWay = entries.filter(
      ({ change, clientMessageId }) => !change && !arrived.has(clientMessageId),
    );
    this.store.set({
      items: [
        ...known.map((message) =>
          this.#sent(onDemand.loaded?.changes.shown(message, changes) ?? message, me),
        ),
        ...onTheirWay.map((entry) => this.#waiting(entry, me)),
      ],
      hasOlder: firstSeq > this.#history.first,
      ...this.#history.state.get(),
    });
  }

  find(clientMessageId: string): ChatMessage {
    const found = this.store.get().items.find(({ key }) => key === clientMessageId);
    if (!found) throw new Error("A message that was just taken is not shown.");
    return found;
  }

  #sent(message: Message, me: string | null): ChatMessage {
    const shown = this.#shown.get(message) ?? {
      ...message,
      state: "sent",
      key: keyOf(me)(message),
    };
    this.#shown.set(message, shown);
    return shown;
  }

  #reply(seq: number | undefined): Message["replyTo"] {
    const answered = this.#history.log.messages.find((message) => message.seq === seq);
    return seq === undefined
      ? null
      : { id: answered?.id ?? "", seq, preview: answered ? quoted(answered) : null };
  }

  #waiting(entry: Entry, me: string | null): ChatMessage {
    const shown = this.#shown.get(entry) ?? {
      ...AS_WRITTEN,
      id: entry.clientMessageId,
      conversationId: entry.conversationId,
      seq: 0,
      sender: this.#parts.people.user(me ?? ""),
      content: entry.content,
      replyTo: this.#reply(entry.replyToSeq),
      mentions: entry.mentions ?? [],
      metadata: entry.metadata ?? null,
      clientMessageId: entry.clientMessageId,
      createdAt: new Date(entry.writtenAt).toISOString(),
      readAt: null,
      state: entry.refusal ? "failed" : "pending",
      ...(entry.refusal ? { error: new ChatError(entry.refusal.code, entry.refusal.message) } : {}),
      key: entry.clientMessageId,
    };
    this.#shown.set(entry, shown);
    return shown;
  }
}

/** Another's message with the same client's id is another message. */
const keyOf =
  (me: string | null) =>
  ({ id, sender, clientMessageId }: Message): string =>
    sender.id === me && clientMessageId !== null ? clientMessageId : id;
