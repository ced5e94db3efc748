import type { Chat } from "../chat.ts";
import { marksOfChanges } from "../model/mentions.ts";
import {
  applyChanges,
  applyOwnReactions,
  applyPins,
  isBehind,
  lacksReactors,
} from "../model/message-state.ts";
import type { ChangeRecord, Head, MessageChange, MessageRecord } from "../model/records.ts";
import { noSuchMessage } from "../model/refusal.ts";
import { showChanges } from "./show-changes.ts";

/** Everything that decides whether a change may be made, as of the slot it would take. */
export interface AsOf {
  readonly message: MessageRecord;
  /** What the one who asks has put to it. */
  readonly own: ReadonlySet<string>;
  readonly pins: readonly number[];
}

/** What a request comes to: null where the message is as it asks already. */
export type Judge = (asOf: AsOf) => MessageChange | null;

/** How a change ended. */
export interface Changed {
  /** False: everything was so already, which is also how a repeat ends. */
  readonly isNew: boolean;
  readonly head: Head;
  readonly message: MessageRecord;
  /** Whether it mentions others than before: their lists say so. */
  readonly changesMentions: boolean;
}

const MAX_TRIES = 100;
/** So many changes since the remembered head was read, and it is read anew. */
const MAX_TAIL = 100;

/**
 * Appends a change of one message to the second log and brings everything to it. It is judged by the state
 * that all earlier changes leave, and stored in the slot behind the last of them or not at all: so none is
 * ever void, an `ifRev` decides between two that are under way together, and counts are exact.
 *
 * A remembered head of any age will do: what is at or below its `lastRev` has been in its messages ever since.
 *
 * @throws Refusal `NOT_FOUND`, and what `judge` throws
 */
export async function appendChange(
  chat: Chat,
  remembered: Head,
  draft: {
    readonly seq: number;
    readonly userId: string;
    readonly attemptId: string;
    /** Whether what they have put to it decides. */
    readonly reacts: boolean;
  },
  judge: Judge,
): Promise<Changed> {
  const { seq, userId, attemptId } = draft;
  // What was shown by others may have been read before it was.
  const asShown = (
    messages: ReadonlyMap<number, MessageRecord>,
    changes: readonly ChangeRecord[],
  ): MessageRecord => applyChanges(messages.get(seq)!, changes);
  let head = remembered;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const [tail, stored, reactions] = await Promise.all([
      chat.changes.listAfter(head.id, head.lastRev, MAX_TAIL),
      chat.messages.get(head.id, seq),
      // Of a group's members a message names the first only.
      head.group && draft.reacts ? chat.reactions.get(head.id, seq, userId) : null,
    ]);
    if (!stored) throw noSuchMessage();
    if (tail.length === MAX_TAIL) {
      const fresh = await readHead(chat, head);
      // All of their makers have died, and nobody has looked since.
      head = fresh.lastRev > head.lastRev ? fresh : (await showChanges(chat, fresh, tail)).head;
      continue;
    }
    if (isBehind(stored, tail)) continue;
    const message = applyChanges(stored, tail);
    const own: ReadonlySet<string> = reactions
      ? new Set(applyOwnReactions(reactions, { seq, userId }, tail).emojis.keys())
      : reactionsOf(message, userId);
    const change = judge({ message, own, pins: applyPins(head.pins, tail) });
    if (!change) {
      // Most likely all is shown: to read that costs less than to try again what is done.
      const fresh = tail.length === 0 ? head : await readHead(chat, head);
      const missing = tail.filter(({ rev }) => rev > fresh.lastRev);
      const shown = await showChanges(chat, fresh, missing, [stored]);
      const asTold = asShown(shown.messages, tail);
      return {
        isNew: false,
        head: shown.head,
        // Others have shown it: who took the empty places stands in the message only.
        message: lacksReactors(asTold) ? ((await chat.messages.get(head.id, seq)) ?? asTold) : asTold,
        changesMentions: false,
      };
    }
    const rev = (tail.at(-1)?.rev ?? head.lastRev) + 1;
    const record: ChangeRecord = {
      conversationId: head.id,
      rev,
      seq,
      userId,
      change,
      attemptId,
      at: chat.clock.now(),
    };
    const put = await chat.changes.put(record);
    if (put.type === "stored" || put.by.attemptId === attemptId) {
      const shown = await showChanges(chat, head, [...tail, record], [stored]);
      return {
        isNew: true,
        head: shown.head,
        message: asShown(shown.messages, [...tail, record]),
        changesMentions: marksOfChanges(message, [record]).length > 0,
      };
    }
    if (tries >= 1) await chat.clock.pause(chat.random.fraction() * Math.min(200, 5 * 2 ** tries));
  }
  throw new Error(`No change's slot won in ${MAX_TRIES} tries.`);
}

/** Of two people a message names everybody who reacted. */
const reactionsOf = ({ reactions }: MessageRecord, userId: string): ReadonlySet<string> =>
  new Set(reactions.flatMap(({ emoji, userIds }) => (userIds.includes(userId) ? [emoji] : [])));

async function readHead(chat: Chat, { id }: Head): Promise<Head> {
  const head = await chat.heads.get(id, "strong");
  if (!head) throw new Error(`Conversation ${id} has no head.`);
  return head;
}
