import type { Head, MessageRecord } from "../../../lambdas/chat/model/records.ts";

/** What a conversation must look like, worked out from its log and the order of its head's versions. */
export interface ConversationModel {
  readonly positions: readonly number[];
  /** When everybody but its sender had read the message; null while one has not. */
  readAt(message: MessageRecord): number | null;
}

export interface HeadFault {
  readonly version: number;
  readonly says: string;
}

/**
 * Replays the versions of a head: a version that moves `lastSeq` passes messages of the log, each of which
 * lifts its sender's position at its own time; any other version marks one position as read.
 */
export function replay(
  versions: readonly Head[],
  log: readonly MessageRecord[],
): { readonly model: ConversationModel; readonly faults: readonly HeadFault[] } {
  const first = versions[0]!;
  const positions = first.participants.map(() => 0);
  const reached = first.participants.map(() => new Map<number, number>());
  const faults: HeadFault[] = [];
  const lift = (participant: number, to: number, at: number): void => {
    for (let seq = positions[participant]! + 1; seq <= to; seq += 1) reached[participant]!.set(seq, at);
    positions[participant] = Math.max(positions[participant]!, to);
  };

  for (const [version, head] of versions.entries()) {
    const before = versions[version - 1] ?? first;
    const fault = (says: string): number => faults.push({ version, says });
    for (let seq = before.lastSeq + 1; seq <= head.lastSeq; seq += 1) {
      const message = log[seq - 1];
      if (!message) fault(`covers slot ${seq}, which is empty`);
      else
        lift(
          first.participants.findIndex(({ id }) => id === message.senderId),
          seq,
          message.createdAt,
        );
    }
    const marked = head.participants.flatMap(({ readSeq }, index) =>
      readSeq > positions[index]! ? [index] : [],
    );
    if (marked.length > 0 && head.lastSeq !== before.lastSeq) fault("moves and marks at once");
    for (const index of marked)
      lift(index, head.participants[index]!.readSeq, head.participants[index]!.readAt!);

    for (const [index, { readSeq }] of head.participants.entries()) {
      if (readSeq !== positions[index]) fault(`position ${index} is ${readSeq}, not ${positions[index]}`);
      if (readSeq > head.lastSeq) fault(`position ${index} is beyond the last message`);
    }
    const times = [...log.slice(0, head.lastSeq).map(({ createdAt }) => createdAt)];
    const latest = times.length === 0 ? null : Math.max(head.createdAt, ...times);
    if (head.lastMessageAt !== latest) fault(`lastMessageAt is ${head.lastMessageAt}, not ${latest}`);
    const last = log[head.lastSeq - 1];
    if ((head.lastMessage?.content ?? null) !== (last?.content ?? null)) fault("lastMessage is another one");
    if ((head.lastMessage?.seq ?? 0) !== head.lastSeq) fault("lastMessage has another seq");
    if (head.lastSeq < before.lastSeq) fault("lastSeq went back");
  }

  return {
    faults,
    model: {
      positions,
      readAt(message) {
        const others = first.participants.flatMap(({ id }, index) =>
          id === message.senderId ? [] : [reached[index]!.get(message.seq)],
        );
        const times = others.flatMap((at) => at ?? []);
        return times.length < others.length ? null : Math.max(...times);
      },
    },
  };
}
