import type { Conversation } from "../../lambdas/protocol/objects.ts";
import { LAG_MS, type Journal, type Violation } from "./journal.ts";
import type { Outcome } from "./outcome.ts";

/** The list: everybody's conversations, once, in order, each with its last message; and what it was in the storm. */
export function checkLists(journal: Journal, outcome: Outcome): readonly Violation[] {
  const lists = [...outcome.lists];
  return [...lists.flatMap(([userId, list]) => checkList(outcome, userId, list)), ...checkCounted(journal)];
}

function checkList(
  { conversations }: Outcome,
  userId: string,
  list: readonly Conversation[],
): readonly Violation[] {
  const violations: Violation[] = [];
  const blame = (text: string): void => {
    violations.push({ kind: "list", text: `${userId}'s list: ${text}` });
  };
  const own = conversations.filter(({ participants }) => participants.includes(userId));
  if (own.length !== list.length || own.some(({ id }) => !list.some((one) => one.id === id))) {
    blame(`${list.length} conversations instead of ${own.length}`);
  }
  for (const { id, log, participants, group } of own) {
    const listed = list.find((conversation) => conversation.id === id);
    const firstSeq = group?.membership.firstSeqOf(userId) ?? 1;
    const own = log.slice(firstSeq - 1);
    const last = own.at(-1);
    if (!listed) continue;
    if (listed.lastSeq !== log.length) blame(`lastSeq of ${id} is ${listed.lastSeq}, not ${log.length}`);
    if ((listed.lastMessage?.id ?? null) !== (last?.id ?? null)) {
      blame(`the last message of ${id} is ${listed.lastMessage?.id}, not ${last?.id}`);
    }
    if ((listed.lastMessage?.readAt ?? null) !== (last?.readAt ?? null)) {
      blame(`its last message was read at ${listed.lastMessage?.readAt}, in the log at ${last?.readAt}`);
    }
    const other = listed.otherParticipant?.id;
    if (group ? other !== undefined : !participants.includes(other ?? "") || other === userId) {
      blame(`${id} is said to be with ${other}`);
    }
    // Clocks of functions may differ: the latest time counts, not the last message's.
    const latest = own
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .at(-1);
    if (latest !== undefined && (listed.lastMessageAt ?? "") < latest) {
      blame(`lastMessageAt of ${id} is ${listed.lastMessageAt}, before ${latest}`);
    }
  }
  const times = list.flatMap(({ lastMessageAt }) => lastMessageAt ?? []);
  if (times.some((time, index) => index > 0 && time > times[index - 1]!)) {
    blame(`not in order: ${times.join(", ")}`);
  }
  return violations;
}

/** What was acked is listed and counted: a list asked for afterwards has it, once its reads have caught up. */
function checkCounted(journal: Journal): readonly Violation[] {
  return journal.lists.flatMap(({ userId, askedAt, conversations }) =>
    conversations.flatMap(({ id, lastSeq }): Violation[] => {
      const acks = journal.sights.filter(
        ({ source, at, message }) =>
          source === "ack" &&
          message.conversationId === id &&
          at < askedAt &&
          journal.between(at, askedAt) > LAG_MS,
      );
      const acked = Math.max(0, ...acks.map(({ message }) => message.seq));
      if (lastSeq >= acked) return [];
      return [{ kind: "list", text: `${userId}'s list had ${lastSeq} in ${id} after ${acked} was acked` }];
    }),
  );
}
