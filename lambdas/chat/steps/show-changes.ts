import type { Chat } from "../chat.ts";
import { previewOf } from "../model/head.ts";
import { marksOfChanges, newlyMentioned } from "../model/mentions.ts";
import { applyChanges, applyPins, fillReactors, isBehind, lacksReactors } from "../model/message-state.ts";
import type { ChangeRecord, Head, MessageRecord } from "../model/records.ts";
import { advanceHead } from "./advance-head.ts";
import { markMentions } from "./mark-mentions.ts";
import { remember } from "./participate.ts";

const MAX_TRIES = 100;

/**
 * Brings to these changes what is derived from them: who reacted, the messages, then the head, which says that
 * all of it is so. Done before the ack, by a repeat, and by the worker, in any company and as often as may be.
 * `changes` follow `hint.lastRev` without a gap. Answers with the messages changed, by seq.
 */
export async function showChanges(
  chat: Chat,
  hint: Head,
  changes: readonly ChangeRecord[],
  read: readonly MessageRecord[] = [],
): Promise<{ readonly head: Head; readonly messages: ReadonlyMap<number, MessageRecord> }> {
  const upTo = changes.at(-1)?.rev ?? hint.lastRev;
  const messages = new Map(read.map((message) => [message.seq, message]));
  // Whoever made the earlier ones has most likely shown them: the move's condition tells.
  let head: Head = {
    ...hint,
    lastRev: Math.max(hint.lastRev, upTo - 1),
    pins: applyPins(hint.pins, changes.slice(0, -1)),
  };
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const missing = changes.filter(({ rev }) => rev > head.lastRev);
    if (missing.length === 0) return { head, messages };
    const seqs = [...new Set(missing.map(({ seq }) => seq))];
    const revised = await Promise.all(
      seqs.map((seq) => revise(chat, hint, seq, changes, messages.get(seq) ?? null)),
    );
    for (const message of revised) messages.set(message.seq, message);
    const newest = revised.reduce((a, b) => (a.seq > b.seq ? a : b));
    // A sender that died may have left its message uncovered: the head must not lose a change of its last one.
    if (head.lastSeq < newest.seq) {
      const { lastSeq, participants } = (await advanceHead(chat, head, newest)).head;
      head = { ...head, lastSeq, participants };
    }
    // Never back: somebody may have been mentioned in a later message meanwhile.
    const edits = new Set(missing.flatMap(({ seq, change }) => (change.type === "edit" ? [seq] : [])));
    const mentioned = newlyMentioned(
      head,
      revised.filter(({ seq }) => edits.has(seq)),
    );
    const last = revised.find(({ seq }) => seq === head.lastSeq);
    // What a reader of the log has to reckon with grows with edits too.
    const largest = Math.max(...revised.map(({ content }) => Buffer.byteLength(content)));
    const grows = largest > head.largest;
    const moved = await chat.heads.move({
      conversationId: hint.id,
      expect: {
        lastRev: head.lastRev,
        readSeqs: [],
        ...(last ? { lastSeq: head.lastSeq } : {}),
        ...(grows ? { largestBelow: largest } : {}),
        ...(mentioned.length > 0 ? { mentionedBelow: mentioned } : {}),
      },
      set: {
        lastRev: upTo,
        pins: applyPins(head.pins, missing),
        ...(last ? { lastMessage: previewOf(last) } : {}),
        ...(grows ? { largest } : {}),
        ...(mentioned.length > 0 ? { mentioned } : {}),
        positions: [],
      },
    });
    ({ head } = moved);
    remember(chat, head);
    if (tries >= 1) await chat.clock.pause(chat.random.fraction() * Math.min(200, 5 * 2 ** tries));
  }
  throw new Error(`The head did not reach change ${upTo} in ${MAX_TRIES} tries.`);
}

/** The message once it bears these of its changes: who reacted first, so that a count never names a stranger. */
async function revise(
  chat: Chat,
  conversation: Pick<Head, "id" | "group">,
  seq: number,
  changes: readonly ChangeRecord[],
  read: MessageRecord | null,
): Promise<MessageRecord> {
  const conversationId = conversation.id;
  const own = changes.filter((record) => record.seq === seq);
  const reactions = own.filter(({ change }) => change.type === "react");
  const reactors = [...new Set(reactions.map(({ userId }) => userId))];
  await Promise.all(
    reactors.map((id) =>
      chat.reactions.apply(
        conversationId,
        seq,
        id,
        reactions.filter(({ userId }) => userId === id),
      ),
    ),
  );
  let message = read ?? (await chat.messages.get(conversationId, seq));
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (!message) throw new Error(`A change is of message ${seq}, which is not there.`);
    if (isBehind(message, own)) {
      message = await chat.messages.get(conversationId, seq);
      continue;
    }
    const changed = applyChanges(message, own);
    if (changed.rev === message.rev) return message;
    const next = lacksReactors(changed)
      ? fillReactors(changed, await chat.reactions.list(conversationId, seq, null, Infinity))
      : changed;
    // Before the message: afterwards nobody could tell whom it no longer mentions.
    await markMentions(chat, conversation, marksOfChanges(message, own));
    const revised = await chat.messages.revise(next, message.rev);
    if (revised.type === "revised") return next;
    message = revised.message;
  }
  throw new Error(`Message ${seq} was changed ${MAX_TRIES} times meanwhile.`);
}
