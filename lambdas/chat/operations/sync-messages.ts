import { MAX_SYNC_BYTES } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/objects.ts";
import type { AckData } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { bytesOf, fittingAtOnce } from "../model/frame-room.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { Refusal } from "../model/refusal.ts";
import { firstSeqOf } from "../model/standing.ts";
import type { Participation } from "../model/standing.ts";
import { advanceHead } from "../steps/advance-head.ts";
import { listChanged } from "../steps/list-changed.ts";
import type { ChangedPage } from "../steps/list-changed.ts";
import { participate, stillParticipate } from "../steps/participate.ts";
import { presentMessages } from "../steps/present-messages.ts";

/**
 * Catch-up: everything stored after `afterSeq`, oldest first, and what changed after `afterRev` at or below it;
 * strongly consistent.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `INVALID_REQUEST` for an `afterRev` above the last change
 */
export async function syncMessages(
  chat: Chat,
  caller: Caller,
  request: {
    readonly conversationId: string;
    readonly afterSeq: number;
    readonly afterRev?: number | null;
    readonly limit: number;
  },
): Promise<AckData["sync"]> {
  await chat.limits.reads.take(caller.userId);
  const { limit } = request;
  // Before the messages: they bear every change up to its lastRev.
  const participation = await participate(chat, caller, request.conversationId, "strong");
  const { head } = participation;
  const afterSeq = Math.max(request.afterSeq, firstSeqOf(head, participation.standing) - 1);
  const { lastRev } = head;
  const afterRev = request.afterRev ?? lastRev;
  if (afterRev > lastRev && !(await isStored(chat, head, afterRev))) {
    throw new Refusal("INVALID_REQUEST", "afterRev is above the last change of the conversation.");
  }
  const changed: ChangedPage =
    afterRev < lastRev
      ? await listChanged(chat, head, {
          afterRev,
          fromSeq: firstSeqOf(head, participation.standing),
          atMostSeq: afterSeq,
          limit,
        })
      : { messages: [], rev: afterRev };
  const room = MAX_SYNC_BYTES - changed.messages.reduce((bytes, message) => bytes + bytesOf(message), 0);
  const page = await readPage(chat, head, afterSeq, limit, room);
  const [presented, lastSeq] = await Promise.all([
    presentMessages(chat, head, page.messages.slice(0, limit), firstSeqOf(head, participation.standing)),
    lastSeqOf(chat, head, afterSeq, page),
  ]);
  const messages = upToBytes(presented, room, changed.messages.length === 0);
  const newest = page.messages.find(({ seq }) => seq === messages.at(-1)?.seq);
  await confirm(chat, caller, participation, newest ?? null);
  return {
    messages,
    changed: changed.messages,
    seq: messages.at(-1)?.seq ?? afterSeq,
    rev: changed.rev,
    lastSeq,
    lastRev: Math.max(lastRev, changed.rev),
    hasMore: messages.length < page.messages.length || changed.rev < lastRev,
  };
}

/**
 * Of a group nothing is shown that was stored after the one who asks was removed: what stands above the head is
 * covered first, which says that everything up to it has taken effect, then they are looked for again.
 *
 * @throws Refusal `FORBIDDEN` for who was removed meanwhile, `CONFLICT` for who was let in anew
 */
async function confirm(
  chat: Chat,
  caller: Caller,
  participation: Participation,
  newest: MessageRecord | null,
): Promise<void> {
  const { head, standing } = participation;
  if (!head.group) return;
  if (newest && newest.seq > head.lastSeq) await advanceHead(chat, head, newest);
  const current = await stillParticipate(chat, caller, participation);
  if (firstSeqOf(head, current.standing) > firstSeqOf(head, standing)) throw letInAnew();
}

const letInAnew = (): Refusal =>
  new Refusal("CONFLICT", "You were let in anew meanwhile, and see less than before: sync again.");

/** A message may show its change, and an event tell it, a moment before the head says that all of it is shown. */
async function isStored(chat: Chat, head: Head, rev: number): Promise<boolean> {
  const [change] = await chat.changes.listAfter(head.id, rev - 1, 1);
  return change?.rev === rev;
}

/** What was read for a page: more than it shows, unless the log ends with it. */
interface ReadPage {
  readonly messages: readonly MessageRecord[];
  readonly endsLog: boolean;
}

/**
 * Reads little more than the answer holds: what is read is paid for, shown or not. The longest content of the
 * conversation says how many surely fit; where they turn out short, twice as many are read next.
 */
async function readPage(
  chat: Chat,
  head: Head,
  afterSeq: number,
  limit: number,
  room: number,
): Promise<ReadPage> {
  const messages: MessageRecord[] = [];
  let bytes = 0;
  let round = fittingAtOnce(head.largest);
  // One more than asked for tells whether the page ends the log.
  while (messages.length <= limit && bytes <= room) {
    const size = Math.min(round, limit + 1 - messages.length);
    const read = await chat.messages.listAfter(head.id, messages.at(-1)?.seq ?? afterSeq, size, "strong");
    messages.push(...read);
    if (read.length < size) return { messages, endsLog: true };
    bytes += read.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    round *= 2;
  }
  return { messages, endsLog: false };
}

/**
 * Of the log, which the head follows: a message may be stored, and shown by a `sync`, before its sender has
 * moved the head. Exact where the page ends the log; before that, what is there already when it is asked
 * from any replica, for half a unit, and all that was ever acked.
 */
async function lastSeqOf(
  chat: Chat,
  head: Head,
  afterSeq: number,
  { messages: found, endsLog }: ReadPage,
): Promise<number> {
  const newest = found.at(-1)?.seq ?? 0;
  const isKnown = found.length === 0 ? afterSeq <= head.lastSeq : endsLog;
  if (isKnown) return Math.max(head.lastSeq, newest);
  const consistency = found.length === 0 ? "strong" : "eventual";
  const [last] = await chat.messages.listBefore(head.id, null, 1, consistency);
  return Math.max(head.lastSeq, newest, last?.seq ?? 0);
}

/** As many as fit, but never none where nothing else is in the answer: a client that pages must get on. */
function upToBytes(messages: readonly Message[], maxBytes: number, isAlone: boolean): readonly Message[] {
  let bytes = 0;
  const end = messages.findIndex((message, index) => {
    bytes += bytesOf(message);
    return (index > 0 || !isAlone) && bytes > maxBytes;
  });
  return end === -1 ? messages : messages.slice(0, end);
}
