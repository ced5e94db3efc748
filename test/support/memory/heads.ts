import type { HeadMove } from "../../../lambdas/chat/model/head.ts";
import type { HeadStore } from "../../../lambdas/chat/ports.ts";
import type { Head } from "../../../lambdas/chat/model/records.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOf, lagOfList, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryHeads({ heads, steps }: MemoryDatabase, hooks: Hooks): HeadStore {
  return {
    get: (id, consistency) => call(hooks, "heads.get", () => heads.get(id, lagOf(hooks, consistency))),

    // A batch is no snapshot either: each item comes from where it is.
    getMany: (ids) =>
      call(hooks, "heads.getMany", () => {
        const found = ids.flatMap((id) => heads.get(id, hooks.lag()) ?? []);
        return new Map(found.reverse().map((head) => [head.id, head]));
      }),

    create: (conversation) =>
      write(hooks, "heads.create", () => {
        if (!heads.get(conversation.id)) heads.set(conversation.id, conversation);
      }),

    move: (move) =>
      write(hooks, "heads.move", () => {
        const head = heads.get(move.conversationId);
        if (!head) throw new Error(`Conversation ${move.conversationId} has no head.`);
        if (!holds(head, move.expect)) return { type: "conflict", head };
        const next = moved(head, move.set);
        heads.set(head.id, next);
        return { type: "moved", head: next };
      }),

    putReadStep: (conversationId, step) =>
      write(hooks, "heads.putReadStep", () =>
        steps.set(JSON.stringify([conversationId, step.participant, step.seq]), { conversationId, ...step }),
      ),

    listReadSteps: (conversationId, participant, fromSeq, limit, consistency) =>
      call(hooks, "heads.listReadSteps", () =>
        steps
          .values(lagOfList(hooks, consistency))
          .filter((step) => step.conversationId === conversationId && step.participant === participant)
          .filter(({ seq }) => seq >= fromSeq)
          .sort((a, b) => a.seq - b.seq)
          .slice(0, limit),
      ),
  };
}

function holds(head: Head, expect: HeadMove["expect"]): boolean {
  const {
    lastSeq,
    readSeqs,
    activityAt,
    lastMessageAtMost,
    largestBelow,
    lastRev,
    archiveTurns = [],
    archiveMarks,
    mentionedBelow = [],
  } = expect;
  return (
    (lastSeq === undefined || head.lastSeq === lastSeq) &&
    readSeqs.every(({ participant, readSeq }) => head.participants[participant]?.readSeq === readSeq) &&
    (activityAt === undefined ||
      ("equals" in activityAt
        ? head.activityAt === activityAt.equals
        : head.activityAt > activityAt.above)) &&
    (lastMessageAtMost === undefined ||
      head.lastMessageAt === null ||
      head.lastMessageAt <= lastMessageAtMost) &&
    archiveTurns.every((turn, index) => (head.participants[index]?.archiveTurn ?? 0) === turn) &&
    (archiveMarks === undefined || (head.archive?.marks ?? 0) === archiveMarks) &&
    (lastRev === undefined || head.lastRev === lastRev) &&
    mentionedBelow.every(
      ({ participant, seq }) => (head.participants[participant]?.mentionedSeq ?? 0) < seq,
    ) &&
    (largestBelow === undefined || head.largest < largestBelow)
  );
}

const moved = (head: Head, { positions, own = [], mentioned = [], ...fields }: HeadMove["set"]): Head => ({
  ...head,
  ...fields,
  participants: head.participants.map((before, index) => {
    const newest = mentioned.find((one) => one.participant === index);
    const participant = newest ? { ...before, mentionedSeq: newest.seq } : before;
    const position = positions.find((one) => one.participant === index);
    const { participant: _, ...settings } = own.find((one) => one.participant === index) ?? {
      participant: index,
    };
    if (!position) return { ...participant, ...settings };
    const { readSeq, reading, wrote } = position;
    return { ...participant, ...settings, readSeq, ...reading, ...(wrote ? { wrote } : {}) };
  }),
});
