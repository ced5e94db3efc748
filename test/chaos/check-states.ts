import type { Message, Preview } from "../../lambdas/protocol/objects.ts";
import { applyPins } from "../../lambdas/chat/model/message-state.ts";
import { LAG_MS, type Journal, type Sight, type SyncAnswer, type Violation } from "./journal.ts";
import { differenceOf, type MessageStates } from "./message-states.ts";
import type { ConversationOutcome, Outcome } from "./outcome.ts";

/** Everybody has the same state of every message, and had at each rev. */
export function checkStates(
  journal: Journal,
  conversation: ConversationOutcome,
  outcome: Outcome,
  states: MessageStates,
): readonly Violation[] {
  const { id } = conversation;
  const sights = sightsOf(journal, id);
  return [
    ...sights.flatMap((sight) => checkState(`${sight.source}`, sight.message, states)),
    ...checkAge(journal, sights),
    ...journal.syncs
      .filter(({ conversationId }) => conversationId === id)
      .flatMap((sync) => checkCaughtUp(sync, conversation, states)),
    ...checkCopies(conversation, states),
    ...checkHead(conversation, outcome, states),
    ...checkReactors(conversation, states),
  ];
}

const diverged = (text: string): Violation => ({ kind: "diverged", text });

/** What lists show of their last messages counts too; when they were answered is not known. */
function sightsOf({ sights, lists }: Journal, id: string): readonly Sight[] {
  const listed = lists.flatMap(({ userId, askedAt, conversations }) =>
    conversations.flatMap(({ lastMessage }): Sight[] =>
      lastMessage ? [{ to: userId, at: Infinity, askedAt, source: "list", message: lastMessage }] : [],
    ),
  );
  return [...sights, ...listed].filter(({ message }) => message.conversationId === id);
}

function checkState(whose: string, shown: Message | Preview, states: MessageStates): readonly Violation[] {
  const { seq, rev } = shown;
  // A message that is not in the log is the log's matter.
  if (states.of(seq).length === 0) return [];
  const state = states.at(seq, rev);
  if (!state) return [diverged(`${whose} showed message ${seq} at rev ${rev}, which is no change of it`)];
  const difference = differenceOf(shown, state);
  return difference === null
    ? []
    : [diverged(`${whose} showed message ${seq} at rev ${rev} with ${difference}`)];
}

/**
 * An answer is not older than what was shown before it was asked for, where it reads an index or any copy once
 * that has caught up. Events may be late; but what has been deleted is in none that begins after it.
 */
function checkAge(journal: Journal, sights: readonly Sight[]): readonly Violation[] {
  const bySeq = new Map<number, Sight[]>();
  for (const sight of sights) bySeq.set(sight.message.seq, [...(bySeq.get(sight.message.seq) ?? []), sight]);
  return [...bySeq.values()].flatMap((some) =>
    some.flatMap((late): Violation[] => {
      const { askedAt, source, message } = late;
      const from = askedAt ?? late.at;
      const earlier = some.find(
        (one) =>
          one.at < from &&
          one.message.rev > message.rev &&
          (askedAt !== null || one.message.deletedAt !== null) &&
          (source === "sync" || journal.between(one.at, from) > LAG_MS),
      );
      if (!earlier) return [];
      const text = `${source} showed message ${message.seq} at rev ${message.rev} after ${earlier.source} had at ${earlier.message.rev}`;
      return [{ kind: earlier.message.deletedAt !== null ? "leaked" : "diverged", text }];
    }),
  );
}

/** Whoever goes on from the answer's `rev` never hears of the changes up to it again: it has them all. */
function checkCaughtUp(
  sync: SyncAnswer,
  { group }: ConversationOutcome,
  { changes }: MessageStates,
): readonly Violation[] {
  const { afterSeq, afterRev, messages, changed, rev, lastRev, hasMore } = sync;
  if (afterRev === null) return [];
  const what = `a sync after ${afterSeq} and rev ${afterRev}`;
  const shown = new Map([...messages, ...changed].map((message) => [message.seq, message.rev]));
  // Of what somebody may not see, who came later or came again.
  const hidden = Math.max(
    1,
    ...(group?.membership.history === "from_join" ? group.membership.firstSeqsOf(sync.userId) : []),
  );
  const missing = changes.find(
    (change) =>
      change.seq >= hidden &&
      change.rev <= rev &&
      (change.seq <= afterSeq ? change.rev > afterRev : shown.has(change.seq)) &&
      (shown.get(change.seq) ?? -1) < change.rev,
  );
  return [
    ...(missing ? [diverged(`${what} goes to ${rev} without change ${missing.rev} of ${missing.seq}`)] : []),
    ...(hasMore || rev === lastRev ? [] : [diverged(`${what} ends at ${rev}, before ${lastRev}`)]),
  ];
}

/** At the end, whoever follows changes has the last state of every message. */
function checkCopies(
  { log, histories, devices, following, group }: ConversationOutcome,
  states: MessageStates,
): readonly Violation[] {
  const copies = [
    ...[...histories].map(([whose, messages]) => [whose, whose, messages] as const),
    ...[...devices]
      .filter(([name]) => following.has(name))
      .map(([name, { userId, messages }]) => [name, userId, messages] as const),
    ["the log", "", log] as const,
  ];
  return copies.flatMap(([whose, userId, messages]) =>
    messages.flatMap((message): readonly Violation[] => {
      // Of what was before one came again nothing is told any more.
      if (message.seq < (group?.membership.firstSeqOf(userId) ?? 1)) return [];
      const last = states.of(message.seq).at(-1);
      if (!last) return [];
      if (message.rev === last.rev) return checkState(whose, message, states);
      return [diverged(`${whose} has message ${message.seq} at rev ${message.rev}, the log at ${last.rev}`)];
    }),
  );
}

/** What is derived from the second log for the whole conversation: how far it goes, the preview, the pins. */
function checkHead(
  { id, log, pins }: ConversationOutcome,
  { lists }: Outcome,
  { changes }: MessageStates,
): readonly Violation[] {
  const violations: Violation[] = [];
  for (const [userId, list] of lists) {
    const listed = list.find((one) => one.id === id);
    if (!listed) continue;
    const { lastRev, lastMessage } = listed;
    if (lastRev !== changes.length)
      violations.push(diverged(`${userId}'s list has lastRev ${lastRev}, not ${changes.length}`));
    const last = log.at(-1);
    if (lastMessage && last?.seq === lastMessage.seq && last.rev !== lastMessage.rev)
      violations.push(
        diverged(`${userId}'s list has the last message at ${lastMessage.rev}, not ${last.rev}`),
      );
  }
  const pinned = applyPins([], changes).toReversed().join(", ");
  const shown = pins.map(({ seq }) => seq).join(", ");
  return pinned === shown ? violations : [...violations, diverged(`pinned are ${shown}, not ${pinned}`)];
}

/** Who has reacted stands in items of their own: one a user, and the message's counts are theirs. */
function checkReactors({ log, reactors }: ConversationOutcome, states: MessageStates): readonly Violation[] {
  return log.flatMap(({ seq, deletedAt, reactions }): readonly Violation[] => {
    if (deletedAt !== null || states.changesOf(seq).length === 0) return [];
    const named = (some: readonly (readonly [string, string])[]): string =>
      some
        .map((one) => one.join(" "))
        .toSorted()
        .join(", ");
    const kept = named([...(reactors.get(seq) ?? [])]);
    const shown = named(
      reactions.flatMap(({ emoji, userIds }) => userIds.map((userId) => [userId, emoji] as const)),
    );
    const isExact = reactions.every(({ count, userIds }) => count === userIds.length);
    return kept === shown && isExact
      ? []
      : [diverged(`to message ${seq} reacted ${shown}; kept are ${kept}`)];
  });
}
