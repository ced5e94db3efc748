import type { ChangeRecord, MessageRecord } from "../../lambdas/chat/model/records.ts";
import type { ChangeIntent, Journal, Violation } from "./journal.ts";
import { isContent, type MessageStates } from "./message-states.ts";
import type { ConversationOutcome } from "./outcome.ts";

/** The second log: dense, each change once, none that nobody asked for, none in vain, none after a deletion. */
export function checkChanges(
  journal: Journal,
  { id, changes }: ConversationOutcome,
  states: MessageStates,
): readonly Violation[] {
  const intents = journal.changes.filter(({ conversationId }) => conversationId === id);
  return [
    ...changes.flatMap(({ rev }, index) =>
      rev === index + 1 ? [] : [wrong(`slot ${index + 1} of the changes of ${id} holds ${rev}`)],
    ),
    ...changes.flatMap((record) => checkChange(record, intents, states)),
    ...checkTaken(intents, changes, states),
    ...intents.flatMap((intent) => [
      ...checkAcked(intent, states),
      ...checkMade(intent, intents, states),
      ...checkRefused(intent, states, journal.groups.has(id)),
    ]),
  ];
}

const wrong = (text: string): Violation => ({ kind: "revs", text });

function checkChange(
  record: ChangeRecord,
  intents: readonly ChangeIntent[],
  states: MessageStates,
): readonly Violation[] {
  const what = `change ${record.rev} (${record.change.type} of ${record.seq} by ${record.userId})`;
  const before = states.before(record);
  if (!before) return [wrong(`${what} is of a message that is not there`)];
  const claims = intents.filter((intent) => isBy(intent, record, states));
  const violations: Violation[] = [];
  if (claims.length === 0) violations.push(wrong(`nobody asked for ${what}`));
  if (before.deletedAt !== null) violations.push(wrong(`${what} is of a deleted message`));
  if (isInVain(record, states)) violations.push(wrong(`${what} changes nothing`));
  const text = states.textOf(record);
  const ifRev =
    text === null ? null : claims.map(({ change }) => (change.type === "edit" ? change.ifRev : null))[0];
  if (typeof ifRev === "number" && ifRev !== before.rev) {
    violations.push(wrong(`${what} was meant for rev ${ifRev}, and found ${before.rev}`));
  }
  return violations;
}

/** Whether the change is one that this intent asks for, as far as it can be told. */
function isBy(
  { userId, seq, change, attempts }: ChangeIntent,
  record: ChangeRecord,
  states: MessageStates,
): boolean {
  if (attempts === 0 || userId !== record.userId || seq !== record.seq) return false;
  switch (change.type) {
    case "edit": {
      const text = states.textOf(record);
      return record.change.type === "edit" && (text === null || text === change.content);
    }
    case "delete":
      return record.change.type === "delete";
    case "react":
      return (
        record.change.type === "react" &&
        record.change.emoji === change.emoji &&
        record.change.on === change.on
      );
    case "pin":
      return record.change.type === "pin" && record.change.on === change.on;
  }
}

function isInVain(record: ChangeRecord, states: MessageStates): boolean {
  const before = states.before(record)!;
  const { change, userId } = record;
  switch (change.type) {
    case "edit":
      return states.textOf(record) === before.content;
    case "delete":
      return before.deletedAt !== null;
    case "react":
      return hasReacted(before, userId, change.emoji) === change.on;
    case "pin":
      return (before.pinnedAt !== null) === change.on;
    case "erase":
      return true;
  }
}

/** No more revs than there were tries: and of an edit, which nobody else makes, one, unless another came between. */
function checkTaken(
  intents: readonly ChangeIntent[],
  changes: readonly ChangeRecord[],
  states: MessageStates,
): readonly Violation[] {
  return intents.flatMap((intent) => {
    const taken = changes.filter((record) => isBy(intent, record, states));
    const tries = intents
      .filter((one) => isSame(one, intent))
      .reduce((sum, { attempts }) => sum + attempts, 0);
    const text = `${nameOf(intent)} has taken the revs ${taken.map(({ rev }) => rev).join(", ")}`;
    const isUnseen = taken.some((record) => record.change.type === "edit" && states.textOf(record) === null);
    return taken.length > tries && !isUnseen ? [wrong(`${text} by ${tries} tries`)] : [];
  });
}

const isSame = (one: ChangeIntent, other: ChangeIntent): boolean =>
  one.userId === other.userId &&
  one.seq === other.seq &&
  JSON.stringify(one.change) === JSON.stringify(other.change);

/** By the state that was answered, or before it, the message was as it was asked for. */
function checkAcked(intent: ChangeIntent, states: MessageStates): readonly Violation[] {
  return intent.acks.flatMap(({ message }) =>
    states.of(intent.seq).some((state) => state.rev <= message.rev && isAsAsked(state, intent))
      ? []
      : [wrong(`${nameOf(intent)} was acked at rev ${message.rev}, and is not in the log`)],
  );
}

/** Of a client of ours: whatever it has told to be made was so at some time, unless another took its place. */
function checkMade(
  intent: ChangeIntent,
  intents: readonly ChangeIntent[],
  states: MessageStates,
): readonly Violation[] {
  if (!intent.isMade || states.of(intent.seq).some((state) => isAsAsked(state, intent))) return [];
  const isReplaced = intents
    .slice(intents.indexOf(intent) + 1)
    .some(
      ({ userId, seq, change: { type } }) =>
        userId === intent.userId && seq === intent.seq && (type === "delete" || type === intent.change.type),
    );
  return isReplaced ? [] : [wrong(`${nameOf(intent)} was told to be made, and is not in the log`)];
}

function isAsAsked(state: MessageRecord, { change, userId }: ChangeIntent): boolean {
  switch (change.type) {
    case "edit":
      return isContent(state, change.content);
    case "delete":
      return state.deletedAt !== null;
    case "react":
      return hasReacted(state, userId, change.emoji) === change.on;
    case "pin":
      return (state.pinnedAt !== null) === change.on;
  }
}

const hasReacted = ({ reactions }: MessageRecord, userId: string, emoji: string): boolean =>
  reactions.some((one) => one.emoji === emoji && one.userIds.includes(userId));

/** Refused for good is only what may not be; and what was, each time it was tried, is nowhere. */
function checkRefused(intent: ChangeIntent, states: MessageStates, isInGroup: boolean): readonly Violation[] {
  const { change, seq, refusals, attempts, acks } = intent;
  if (refusals.length === 0) return [];
  const history = states.changesOf(seq);
  const isDeleted = history.some((record) => record.change.type === "delete");
  const isStale =
    change.type === "edit" && change.ifRev !== null && history.some(({ rev }) => rev > change.ifRev!);
  const violations: Violation[] = [];
  // Whether they had no right to it is the group's matter; a pin too many is not to be had here.
  const isForRights = isInGroup && refusals.every((code) => code !== "CONFLICT");
  if (!isDeleted && !isStale && !isForRights)
    violations.push(wrong(`${nameOf(intent)} was refused with ${refusals.join(", ")}`));
  const isStored =
    change.type === "edit" && history.some((record) => states.textOf(record) === change.content);
  if (isStored && attempts === refusals.length && acks.length === 0) {
    violations.push(wrong(`${nameOf(intent)} was refused, and is in the log`));
  }
  return violations;
}

const nameOf = ({ userId, seq, change, attempts }: ChangeIntent): string =>
  `${change.type} of ${seq} by ${userId} (${attempts} tries)`;
