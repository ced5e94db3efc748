import type { ChatMessage, Conversation, Message } from "../../client/index.ts";
import type { ClientLife, Intent, Journal, Violation } from "./journal.ts";
import type { ConversationOutcome, Outcome } from "./outcome.ts";
import type { ClientState } from "./running-client.ts";

/** What a client of ours owes its user, whatever the network, the server and the machine do. */
export function checkClients(journal: Journal, outcome: Outcome): readonly Violation[] {
  return [
    ...journal.lives.flatMap((life) => [...checkTold(life), ...checkShown(journal, outcome, life)]),
    ...checkFailed(journal),
    ...outcome.conversations.flatMap((conversation) => checkOutboxes(journal, conversation)),
    ...outcome.clients.flatMap((client) => [
      ...checkMessages(client, outcome),
      ...checkList(client, outcome),
      ...checkPresent(client, outcome),
    ]),
  ];
}

/** Each of the listeners' events is later than the one before about the same. */
function checkTold({ name, told }: ClientLife): readonly Violation[] {
  const last = new Map<string, number>();
  return told.flatMap((event): Violation[] => {
    const [about, at] = momentOf(event);
    const before = last.get(about) ?? -1;
    last.set(about, Math.max(at, before));
    return at > before
      ? []
      : [{ kind: "told", text: `${name}'s listeners heard of ${about} ${at} after ${before}` }];
  });
}

function momentOf(event: ClientLife["told"][number]): readonly [about: string, at: number] {
  switch (event.type) {
    case "new_message":
      return [`new_message in ${event.message.conversationId}`, event.message.seq];
    case "conversation_updated":
      // Each is later in the order of messages, or of changes.
      return [`${event.type} of ${event.conversationId}`, event.lastSeq + event.lastRev];
    case "messages_read":
      return [`${event.type} by ${event.userId} in ${event.conversationId}`, event.readSeq];
    case "user_online":
    case "user_offline":
      return [`presence of ${event.userId}`, event.version];
    default:
      throw new Error(`${event.type} may be told more than once.`);
  }
}

/** In every state that was shown: each message once, in its order, and none gone that was there. */
function checkShown(
  { intents }: Journal,
  { conversations }: Outcome,
  { name, userId, shown, discarded }: ClientLife,
): readonly Violation[] {
  const written = new Map(intents.map(({ clientMessageId }, index) => [clientMessageId, index]));
  return [...shown].flatMap(([id, states]) =>
    states.flatMap((items, index): Violation[] => {
      const keys = new Set(items.map(({ key }) => key));
      // Whoever comes into a group again sees nothing any more of the times before.
      const firstSeqs =
        conversations.find((one) => one.id === id)?.group?.membership.firstSeqsOf(userId) ?? [];
      const gone = states[index - 1]?.find(
        ({ key, seq }) => !keys.has(key) && !discarded.has(key) && !firstSeqs.some((first) => first > seq),
      );
      const wrong = [
        ...(keys.size === items.length ? [] : ["one twice"]),
        ...(isAscending(items.map(({ seq, state }) => (state === "sent" ? seq : Infinity)))
          ? []
          : ["them out of order"]),
        ...(isAscending(
          items.flatMap((item) => (item.state === "sent" ? [] : [written.get(item.key) ?? NaN])),
        )
          ? []
          : ["what waits out of order"]),
        ...(gone ? [`no ${textOf(gone)} any more`] : []),
      ];
      return wrong.map((what) => ({
        kind: "shown",
        text: `${name} shows ${what} in ${id}, state ${index}: ${items.map(textOf).join(", ")}`,
      }));
    }),
  );
}

/** Infinity: at the end, in any order. */
const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || number > numbers[index - 1]! || number === Infinity);

const textOf = ({ state, seq, key }: ChatMessage): string =>
  state === "sent" ? `${seq}` : `${state} ${key}`;

/** Given up is only what was refused for good. */
function checkFailed({ lives, intents, groupRefusals }: Journal): readonly Violation[] {
  const failed = lives
    .flatMap(({ shown }) => [...shown.values()].flat(2))
    .filter(({ state }) => state === "failed");
  const keys = new Set(failed.map(({ key }) => key));
  // Who is not in a group may be refused when they ask where to begin, before anything is sent.
  const isRefused = ({ senderId, conversationId, refusals }: Intent): boolean =>
    refusals.length > 0 ||
    groupRefusals.some((one) => one.userId === senderId && one.conversationId === conversationId);
  return intents
    .filter((intent) => keys.has(intent.clientMessageId ?? "") && !isRefused(intent))
    .map(({ clientMessageId }) => ({
      kind: "failed",
      text: `${clientMessageId} failed, and nothing had refused it`,
    }));
}

/** What an outbox has kept is stored, in the order it was written in, and was tried from one seq. */
function checkOutboxes(journal: Journal, { id, log }: ConversationOutcome): readonly Violation[] {
  const intents = journal.intents.filter(
    ({ conversationId, outbox }) => conversationId === id && outbox !== null,
  );
  const seqs = new Map(
    log.map(({ seq, sender, clientMessageId }) => [`${sender.id} ${clientMessageId}`, seq]),
  );
  const seqOf = ({ senderId, clientMessageId }: Intent) => seqs.get(`${senderId} ${clientMessageId}`);
  return intents.flatMap((intent, index): Violation[] => {
    const seq = seqOf(intent);
    const what = `${intent.clientMessageId} (${intent.outbox})`;
    // It may have been refused: to who is in the group no more, or because of what it answers.
    if (seq === undefined)
      return intent.refusals.length > 0
        ? []
        : [{ kind: "lost", text: `${what} was kept, and is not stored` }];
    const later = intents.slice(0, index).find((one) => one.outbox === intent.outbox && seqOf(one)! > seq);
    const isRepeated = intent.refusals.includes("CONFLICT") || new Set(intent.afterSeqs).size <= 1;
    return [
      ...(later
        ? [
            {
              kind: "reordered" as const,
              text: `${what} stands before ${later.clientMessageId}, written first`,
            },
          ]
        : []),
      ...(isRepeated
        ? []
        : [{ kind: "doubled" as const, text: `${what} was tried from ${intent.afterSeqs.join(", ")}` }]),
    ];
  });
}

function checkMessages(
  { name, userId, messages }: ClientState,
  { conversations }: Outcome,
): readonly Violation[] {
  return [...messages].flatMap(([id, items]): Violation[] => {
    const { log, group } = conversations.find((conversation) => conversation.id === id)!;
    if (group && !group.membership.isIn(userId)) return [];
    const firstSeq = group?.membership.firstSeqOf(userId) ?? 1;
    const own = log.slice(firstSeq - 1);
    // What one may not see is not quoted.
    const quoteOf = ({ seq, preview }: NonNullable<Message["replyTo"]>): string =>
      ` to ${seq} ${seq < firstSeq ? "" : preview?.rev}`;
    const textOf = ({ id: one, readAt, replyTo }: Message): string =>
      `${one} ${readAt}${replyTo ? quoteOf(replyTo) : ""}`;
    const difference = differenceOf(
      // What was refused waits for its user.
      items.flatMap((one) => (one.state === "failed" ? [] : [`${one.state} ${textOf(one)}`])),
      own.map((one) => `sent ${textOf(one)}`),
    );
    return difference === null ? [] : [{ kind: "state", text: `${name}'s messages of ${id}: ${difference}` }];
  });
}

/** The list as it is shown: in the server's order, with the server's numbers. */
function checkList({ name, userId, conversations }: ClientState, { lists }: Outcome): readonly Violation[] {
  const listed = (one: Conversation): string => {
    const { id, lastMessage, lastSeq, readSeq, unreadCount, mentionCount } = one;
    const counts = `last ${lastSeq} read ${readSeq} unread ${unreadCount} mentions ${mentionCount}`;
    return `${id} ${lastMessage?.id} ${lastMessage?.readAt} ${counts} ${one.title} ${one.myRole}`;
  };
  const difference = differenceOf(conversations.map(listed), (lists.get(userId) ?? []).map(listed));
  return difference === null ? [] : [{ kind: "state", text: `${name}'s list: ${difference}` }];
}

function checkPresent({ name, userId, presence }: ClientState, outcome: Outcome): readonly Violation[] {
  return [...(outcome.presence.get(userId) ?? [])].flatMap(([peer, { online, version }]): Violation[] => {
    const shown = presence.get(peer);
    if (shown?.online === online && shown.version === version) return [];
    const text = `${name} has ${peer} as ${JSON.stringify(shown)}, the server ${online} at ${version}`;
    return [{ kind: "state", text }];
  });
}

function differenceOf(shown: readonly string[], server: readonly string[]): string | null {
  const at = Array.from({ length: Math.max(shown.length, server.length) }, (_, index) => index).find(
    (index) => shown[index] !== server[index],
  );
  return at === undefined ? null : `at ${at} it shows ${shown[at]}, the server has ${server[at]}`;
}
