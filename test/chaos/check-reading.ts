import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Journal, ReadAttempt, Violation } from "./journal.ts";
import type { ConversationOutcome, Outcome } from "./outcome.ts";

/** Read positions as the model has them, and when they were reached. */
export function checkReading(
  journal: Journal,
  conversation: ConversationOutcome,
  outcome: Outcome,
): readonly Violation[] {
  return [
    ...conversation.participants.flatMap((userId) => checkPosition(journal, conversation, outcome, userId)),
    ...checkReadTimes(journal, conversation, outcome),
  ];
}

/** Where the position must be at least, and can be at most: a try without an answer may have moved it. */
function checkPosition(
  journal: Journal,
  { id, log, group }: ConversationOutcome,
  { lists }: Outcome,
  userId: string,
): readonly Violation[] {
  const listed = lists.get(userId)?.find((conversation) => conversation.id === id);
  if (!listed) return [];
  const attempts = journal.reads.filter((one) => one.userId === userId && one.conversationId === id);
  const texts = log.filter(({ type }) => type === "text");
  const own = texts.filter(({ sender }) => sender.id === userId).map(({ seq }) => seq);
  // Whoever comes into a group has read what was there.
  const joinedSeq = group?.membership.last?.joinedSeqs.get(userId) ?? 0;
  const least = Math.max(joinedSeq, ...own, ...attempts.map(({ answer }) => answer?.readSeq ?? 0));
  const most = Math.max(least, ...attempts.map((attempt) => reachOf(attempt, log.length)));
  const { readSeq } = listed;
  const violations: Violation[] = [];
  if (readSeq < least || readSeq > most) {
    const text = `${userId} has read up to ${readSeq} of ${log.length}; it should be ${least} to ${most}`;
    violations.push({ kind: "reading", text });
  }
  const unread = texts.filter(({ seq, sender }) => seq > readSeq && sender.id !== userId);
  const mentioning = unread.filter(({ mentions }) => mentions.includes(userId));
  for (const [what, shown, right] of [
    ["unread", listed.unreadCount, unread.length],
    ["mentions", listed.mentionCount, mentioning.length],
  ] as const) {
    if (shown === right) continue;
    violations.push({ kind: "reading", text: `${userId} has ${shown} ${what}; it should be ${right}` });
  }
  return [...violations, ...checkForward(attempts, userId)];
}

/** Exactly what the answer says; without one, as far as the try could have gone. */
const reachOf = ({ seq, answer }: ReadAttempt, lastSeq: number): number =>
  answer ? answer.readSeq : Math.min(seq ?? lastSeq, lastSeq);

/** A later answer never tells a lower position than an earlier one. Reading a page tells only where it ended. */
function checkForward(attempts: readonly ReadAttempt[], userId: string): readonly Violation[] {
  return attempts.flatMap((later) =>
    attempts.flatMap((earlier): Violation[] => {
      if (!earlier.answer || !later.answer || later.seq === null) return [];
      if (earlier.answer.at >= later.beganAt || earlier.answer.readSeq <= later.answer.readSeq) return [];
      const text = `${userId}'s position went back from ${earlier.answer.readSeq} to ${later.answer.readSeq}`;
      return [{ kind: "reading", text }];
    }),
  );
}

/** In a group who has read what follows from the members' positions. */
const checkUntimed = (log: readonly Message[]): readonly Violation[] =>
  log.flatMap(({ seq, readAt }) =>
    readAt === null ? [] : [{ kind: "reading", text: `message ${seq} of a group was read at ${readAt}` }],
  );

/** One time for each message, for everybody, for ever; there exactly if the recipient's position is there. */
function checkReadTimes(
  journal: Journal,
  { id, log, participants, histories, group }: ConversationOutcome,
  { lists }: Outcome,
): readonly Violation[] {
  if (group) return checkUntimed(log);
  const times = new Map<number, Set<string>>();
  const note = (seq: number, readAt: string | null): void => {
    if (readAt !== null) times.set(seq, (times.get(seq) ?? new Set()).add(readAt));
  };
  for (const messages of [log, ...histories.values()])
    for (const { seq, readAt } of messages) note(seq, readAt);
  // What a client tells its listeners may bear a time it has guessed: whoever answers has read by then.
  for (const { message, source } of journal.sights)
    if (message.conversationId === id && source !== "listener") note(message.seq, message.readAt);
  for (const { conversationId, userId, seq, readAt } of journal.readTimes) {
    // A position that a send has moved stands at a message of one's own, which nobody else has read by that.
    if (conversationId === id && log[seq - 1] && log[seq - 1]!.sender.id !== userId) note(seq, readAt);
  }
  const violations: Violation[] = [...times].flatMap(([seq, values]) =>
    values.size === 1
      ? []
      : [{ kind: "reading", text: `message ${seq} was read at ${[...values].join(" and at ")}` }],
  );
  for (const { seq, sender, readAt } of log) {
    const recipient = participants.find((participant) => participant !== sender.id)!;
    const readSeq = lists.get(recipient)?.find((conversation) => conversation.id === id)?.readSeq ?? 0;
    if ((readAt !== null) === seq <= readSeq) continue;
    const text = `message ${seq} has readAt ${readAt}; ${recipient} has read up to ${readSeq}`;
    violations.push({ kind: "reading", text });
  }
  return violations;
}
