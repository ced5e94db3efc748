import { AS_SENT, applyChanges } from "../../lambdas/chat/model/message-state.ts";
import type { ChangeRecord, MessageRecord } from "../../lambdas/chat/model/records.ts";
import type { Message, Preview } from "../../lambdas/protocol/objects.ts";
import type { Sight } from "./journal.ts";
import type { ConversationOutcome } from "./outcome.ts";

type Shown = Message | Preview;

/** In the place of a content that nobody was ever shown; no message holds U+0000. */
const UNSEEN = "\u0000";

/**
 * What each message of a conversation was from one of its changes to the next, as the second log has it. What an
 * edit said is not kept there: it is what was first seen of it, and whoever else sees it must see the same.
 */
export class MessageStates {
  readonly changes: readonly ChangeRecord[];
  readonly #log: readonly Message[];
  readonly #sights = new Map<number, Shown[]>();
  readonly #histories = new Map<number, readonly MessageRecord[]>();

  constructor({ id, log, changes }: ConversationOutcome, sights: readonly Sight[]) {
    this.#log = log;
    this.changes = changes;
    for (const message of [...sights.map(({ message }) => message), ...log]) {
      if (message.conversationId !== id) continue;
      const some = this.#sights.get(message.seq) ?? [];
      some.push(message);
      this.#sights.set(message.seq, some);
    }
  }

  changesOf(seq: number): readonly ChangeRecord[] {
    return this.changes.filter((change) => change.seq === seq);
  }

  /** Null: it never had that `rev`. */
  at(seq: number, rev: number): MessageRecord | null {
    return this.of(seq).find((state) => state.rev === rev) ?? null;
  }

  /** The state that the change with this `rev` found. */
  before({ seq, rev }: ChangeRecord): MessageRecord | null {
    return this.of(seq).findLast((state) => state.rev < rev) ?? null;
  }

  /** As it was sent; null where nobody has ever seen it. */
  originalOf(seq: number): string | null {
    const content = this.at(seq, 0)?.content;
    return content === undefined || content === UNSEEN ? null : content;
  }

  /** What an edit said; null where nobody has ever seen it. */
  textOf({ seq, rev, change }: ChangeRecord): string | null {
    if (change.type !== "edit") return null;
    const content = this.at(seq, rev)?.content;
    return content === undefined || content === UNSEEN ? null : content;
  }

  /** Every state of the message, from the one it was sent in to its last. */
  of(seq: number): readonly MessageRecord[] {
    const known = this.#histories.get(seq);
    if (known) return known;
    const message = this.#log[seq - 1];
    const history = message ? this.#historyOf(message) : [];
    this.#histories.set(seq, history);
    return history;
  }

  #historyOf(message: Message): readonly MessageRecord[] {
    const changes = this.changesOf(message.seq);
    let state: MessageRecord = {
      ...{ conversationId: message.conversationId, seq: message.seq, senderId: message.sender.id },
      ...{ clientMessageId: message.clientMessageId, attemptId: "", system: null },
      createdAt: Date.parse(message.createdAt),
      ...AS_SENT,
      ...this.#sent(message.seq, changes),
      content: this.#seen(message.seq, 0, changes),
    };
    const history = [state];
    for (const record of changes) {
      const { change, rev } = record;
      const { mentions, metadata } = state;
      const said = { content: this.#seen(message.seq, rev, changes), mentions, metadata };
      state = applyChanges(state, [
        { ...record, change: change.type === "edit" ? { ...change, said } : change },
      ]);
      history.push(state);
    }
    return history;
  }

  /** What no edit here changes, as it was first seen: whom it mentions, and what it answers. */
  #sent(seq: number, changes: readonly ChangeRecord[]): Pick<MessageRecord, "mentions" | "replyToSeq"> {
    const until = changes.find(({ change }) => change.type === "delete")?.rev ?? Infinity;
    const first = this.#sights.get(seq)?.find((message) => message.rev < until && !("truncated" in message));
    return { mentions: first?.mentions ?? [], replyToSeq: first?.replyTo?.seq ?? null };
  }

  /** What was seen of the content between the change that made it so and the next that made it another. */
  #seen(seq: number, from: number, changes: readonly ChangeRecord[]): string {
    const until =
      changes.find(({ rev, change }) => rev > from && (change.type === "edit" || change.type === "delete"))
        ?.rev ?? Infinity;
    const isThen = (message: Shown): boolean => message.rev >= from && message.rev < until;
    const whole = (message: Shown): boolean => !("truncated" in message && message.truncated);
    return this.#sights.get(seq)?.find((message) => isThen(message) && whole(message))?.content ?? UNSEEN;
  }
}

/** Whether this is what the message says, as far as anybody has seen it. */
export const isContent = ({ content }: MessageRecord, text: string): boolean =>
  content === UNSEEN || content === text;

/** What of the message is not as it was at its `rev`; null: it is. */
export function differenceOf(shown: Shown, state: MessageRecord): string | null {
  const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  const isCut = "truncated" in shown && shown.truncated;
  const fields: Readonly<Record<string, readonly [unknown, unknown]>> = {
    content: isCut
      ? [state.content.startsWith(shown.content) || state.content === UNSEEN, true]
      : [shown.content, state.content === UNSEEN ? shown.content : state.content],
    editedAt: [shown.editedAt, iso(state.editedAt)],
    deletedAt: [shown.deletedAt, iso(state.deletedAt)],
    pinnedAt: [shown.pinnedAt, iso(state.pinnedAt)],
    // A preview of one that nobody was shown whole.
    ...(state.content === UNSEEN
      ? {}
      : {
          mentions: [shown.mentions.join(), state.mentions.join()],
          replyTo: "truncated" in shown ? [null, null] : [shown.replyTo?.seq ?? null, state.replyToSeq],
        }),
    reactions: [
      JSON.stringify(shown.reactions.map(reactionOf)),
      JSON.stringify(state.reactions.map(reactionOf)),
    ],
  };
  const wrong = Object.entries(fields).find(([, [one, other]]) => one !== other);
  return wrong ? `${wrong[0]} ${String(wrong[1][0])}, not ${String(wrong[1][1])}` : null;
}

const reactionOf = ({ emoji, count, userIds }: Message["reactions"][number]) => [emoji, count, userIds];
