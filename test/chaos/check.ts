import type { Message, Preview } from "../../lambdas/protocol/objects.ts";
import { checkChanges } from "./check-changes.ts";
import { checkClients } from "./check-clients.ts";
import { checkGroup } from "./check-groups.ts";
import { checkLists } from "./check-lists.ts";
import { checkLeaks } from "./check-leaks.ts";
import { checkReading } from "./check-reading.ts";
import { checkStates } from "./check-states.ts";
import { MessageStates } from "./message-states.ts";
import type { Intent, Journal, Violation } from "./journal.ts";
import type { ConversationOutcome, Outcome } from "./outcome.ts";

/** A repeat without `afterSeq` is recognized over at least that many messages. */
const REPEAT_WINDOW = 100;

/** Compares what stands after the storm with what was done and seen in it. */
export function check(journal: Journal, outcome: Outcome): readonly Violation[] {
  return [
    ...outcome.conversations.flatMap((conversation) => {
      const states = new MessageStates(conversation, journal.sights);
      const written = asWritten(conversation, states);
      return [
        ...checkLog(journal, written),
        ...checkSights(journal, conversation),
        ...checkSyncs(journal, conversation),
        ...checkCopies(conversation),
        ...checkOrder(journal, written),
        ...checkReading(journal, conversation, outcome),
        ...checkChanges(journal, conversation, states),
        ...checkStates(journal, conversation, outcome, states),
        ...checkLeaks(journal, conversation),
        ...checkGroup(journal, conversation, outcome),
      ];
    }),
    ...checkLists(journal, outcome),
    ...checkClients(journal, outcome),
  ];
}

/** The log before anything in it was changed, as far as anybody saw it. */
const asWritten = (conversation: ConversationOutcome, states: MessageStates): ConversationOutcome => ({
  ...conversation,
  log: conversation.log.map((message) => ({
    ...message,
    content: states.originalOf(message.seq) ?? message.content,
    mentions: states.at(message.seq, 0)?.mentions ?? message.mentions,
  })),
});

const of = ({ intents }: Journal, { id }: ConversationOutcome): readonly Intent[] =>
  intents.filter(({ conversationId }) => conversationId === id);

/** Dense; every acked message once; nothing that was not sent, nothing oftener than it was. */
function checkLog(journal: Journal, conversation: ConversationOutcome): readonly Violation[] {
  const { log } = conversation;
  const violations: Violation[] = log.flatMap(({ seq }, index) =>
    seq === index + 1 ? [] : [{ kind: "lost", text: `slot ${index + 1} of ${conversation.id} holds ${seq}` }],
  );
  // What happened to a group is its own check's matter.
  const unclaimed = new Set(log.filter(({ type }) => type === "text"));
  for (const intent of of(journal, conversation)) {
    const stored = log.filter((message) => isOf(message, intent));
    for (const message of stored) unclaimed.delete(message);
    const acked = new Set(intent.acks.map(({ message }) => message.id));
    const what = `${nameOf(intent)} (${intent.attempts} tries, ${intent.acks.length} acks)`;
    const missing = [...acked].filter((id) => !stored.some((message) => message.id === id));
    if (missing.length > 0) violations.push({ kind: "lost", text: `${what} was acked and is not stored` });
    const atMost = mostCopies(intent, log);
    if (stored.length > atMost) {
      const seqs = stored.map(({ seq }) => seq).join(", ");
      violations.push({ kind: "doubled", text: `${what} is stored ${stored.length} times: ${seqs}` });
    }
    violations.push(...checkAcks(intent, what));
  }
  for (const { seq, content } of unclaimed) {
    violations.push({ kind: "untrue", text: `nobody sent message ${seq}: ${JSON.stringify(content)}` });
  }
  return violations;
}

function mostCopies(intent: Intent, log: readonly Message[]): number {
  if (intent.clientMessageId === null) return intent.attempts;
  const isRecognized = intent.afterSeq !== null || log.length <= REPEAT_WINDOW;
  return isRecognized ? Math.min(1, intent.attempts) : intent.attempts;
}

/** One answer to all tries; to one of them at most as the first. */
function checkAcks({ acks, clientMessageId }: Intent, what: string): readonly Violation[] {
  const firsts = acks.filter(({ duplicate }) => !duplicate);
  if (clientMessageId === null) {
    const ids = new Set(acks.map(({ message }) => message.id));
    return ids.size === acks.length && firsts.length === acks.length
      ? []
      : [{ kind: "lost", text: `${what} has no id, and two tries got one message` }];
  }
  const answers = new Set(acks.map(({ message }) => identityOf(message)));
  return [
    ...(answers.size <= 1
      ? []
      : [{ kind: "doubled" as const, text: `${what} got ${[...answers].join(" and ")}` }]),
    ...(firsts.length <= 1
      ? []
      : [{ kind: "doubled" as const, text: `${what} was stored first ${firsts.length} times` }]),
  ];
}

/** Whatever anybody was shown, by whatever way, is what the log holds. */
function checkSights(journal: Journal, { id, log }: ConversationOutcome): readonly Violation[] {
  return journal.sights.flatMap(({ source, message }) => {
    if (message.conversationId !== id) return [];
    const stored = log[message.seq - 1];
    if (stored && isSame(message, stored)) return [];
    const text = `${source} showed ${identityOf(message)}, the log holds ${stored ? identityOf(stored) : "none"}`;
    return [{ kind: stored ? "untrue" : "lost", text }];
  });
}

/** A sync has everything that was acked or shown before it was asked for, without a gap. */
function checkSyncs(journal: Journal, { id, group }: ConversationOutcome): readonly Violation[] {
  const sights = journal.sights.filter(({ message }) => message.conversationId === id);
  return journal.syncs
    .filter(({ conversationId }) => conversationId === id)
    .flatMap(({ userId, askedAt, afterSeq: from, messages, lastSeq, hasMore }): Violation[] => {
      const what = `a sync after ${from}`;
      const firstSeqs = group?.membership.firstSeqsOf(userId) ?? [];
      const afterSeq = beginOf(from, messages[0]?.seq ?? lastSeq + 1, firstSeqs);
      const reached = afterSeq + messages.length;
      const before = sights.filter(({ at }) => at < askedAt);
      const unseen = before.find(({ message }) => message.seq > lastSeq);
      return [
        ...(messages.every(({ seq }, index) => seq === afterSeq + index + 1)
          ? []
          : [
              {
                kind: "lost" as const,
                text: `${what} has a gap: ${messages.map(({ seq }) => seq).join(", ")}`,
              },
            ]),
        ...(hasMore || reached >= lastSeq
          ? []
          : [{ kind: "lost" as const, text: `${what} ends at ${reached}, before ${lastSeq}` }]),
        ...(unseen
          ? [
              {
                kind: "lost" as const,
                text: `${what} says the last is ${lastSeq}; an ${unseen.source} had shown ${unseen.message.seq}`,
              },
            ]
          : []),
      ];
    });
}

/** A page begins where one may see from: where somebody came, or came again. */
const beginOf = (afterSeq: number, first: number, firstSeqs: readonly number[]): number =>
  first > afterSeq + 1 && firstSeqs.includes(first) ? first - 1 : afterSeq;

/** Every history and every device has the log, message by message, as far as it is theirs to see. */
function checkCopies({ log, histories, devices, group }: ConversationOutcome): readonly Violation[] {
  const copies = [...histories].map(([whose, messages]) => [whose, whose, messages] as const);
  const known = [...devices].map(([whose, { userId, messages }]) => [whose, userId, messages] as const);
  return [...copies, ...known].flatMap(([whose, userId, all]) => {
    const firstSeq = group?.membership.firstSeqOf(userId) ?? 1;
    // What one was shown before one came again.
    const messages = all.filter(({ seq }) => seq >= firstSeq);
    const own = log.slice(firstSeq - 1);
    const isEqual =
      messages.length === own.length && messages.every((one, index) => isSame(one, own[index]!));
    const text = `${whose} has ${messages.length} messages, the log ${own.length}: ${seqsOf(messages)}`;
    return isEqual ? [] : [{ kind: "lost" as const, text }];
  });
}

/** What was acked before another message was first tried stands before it. */
function checkOrder(journal: Journal, conversation: ConversationOutcome): readonly Violation[] {
  const intents = of(journal, conversation);
  return intents.flatMap((later) => {
    const seqs = conversation.log.filter((message) => isOf(message, later)).map(({ seq }) => seq);
    const first = Math.min(...seqs);
    return intents.flatMap((earlier): Violation[] =>
      earlier.acks
        .filter(({ at, message }) => at < (later.beganAt ?? 0) && message.seq > first)
        .map(({ message }) => ({
          kind: "reordered",
          text: `${nameOf(earlier)} was acked as ${message.seq} before ${nameOf(later)} began, which is ${first}`,
        })),
    );
  });
}

const isOf = (message: Message, intent: Intent): boolean =>
  message.sender.id === intent.senderId &&
  message.content === intent.content &&
  message.clientMessageId === intent.clientMessageId &&
  (message.deletedAt !== null || message.mentions.join() === intent.mentions.join());

/** What never changes of a message. */
const isSame = (shown: Message | Preview, stored: Message): boolean =>
  shown.id === stored.id &&
  shown.seq === stored.seq &&
  shown.sender.id === stored.sender.id &&
  shown.clientMessageId === stored.clientMessageId &&
  shown.createdAt === stored.createdAt;

const nameOf = ({ clientMessageId, content }: Intent): string =>
  clientMessageId ?? JSON.stringify(content.slice(0, 20));
const identityOf = ({ id, seq, clientMessageId, createdAt }: Message): string =>
  `${seq} (${id}, ${clientMessageId ?? "no id"}, ${createdAt})`;
const seqsOf = (messages: readonly Message[]): string => messages.map(({ seq }) => seq).join(",");
