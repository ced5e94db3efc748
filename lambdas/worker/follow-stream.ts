import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { Transition } from "../chat/model/presence.ts";
import { inParallel } from "../chat/in-parallel.ts";
import { announceTransition } from "../chat/operations/announce-presence.ts";
import { repairHead } from "../chat/operations/repair-head.ts";
import type { WorkerParts } from "../runtime/composition.ts";
import { within } from "../runtime/trace.ts";
import { handOver } from "./hand-over.ts";

/** Users whose transitions are told side by side: each has a fan-out of its own, over the same sockets. */
const USERS_AT_ONCE = 8;

/**
 * Each user's transitions in the stream's order, those of different users side by side; of the messages stored,
 * one look at each conversation's head. Records that fail are reported: the service repeats from the first of
 * them on, and every step may be repeated. What fails for long goes on through the queue.
 */
export async function followStream(
  parts: WorkerParts,
  event: DynamoDBStreamEvent,
): Promise<DynamoDBBatchResponse> {
  const { transitions, tails, unread } = sort(parts, event);
  const failed = await Promise.all([
    inParallel(transitions, USERS_AT_ONCE, (ofOne) => announce(parts, ofOne)),
    Promise.all(tails.map((tail) => repair(parts, tail))),
  ]);
  return {
    batchItemFailures: [...failed.flat(), ...unread].flatMap((record) =>
      record === null ? [] : [{ itemIdentifier: record }],
    ),
  };
}

interface Recorded {
  readonly record: string;
  /** When the change was made, in milliseconds since the epoch. */
  readonly storedAt: number;
  readonly transition: Transition;
}

/** How far the log of a conversation has come, and the first record that says so. */
interface Tail {
  readonly conversationId: string;
  readonly seq: number;
  readonly record: string;
  readonly storedAt: number;
}

/** What the records mean, by user and by conversation. */
function sort({ chat, readStreamRecord }: WorkerParts, event: DynamoDBStreamEvent) {
  const transitions = new Map<string, Recorded[]>();
  const tails = new Map<string, Tail>();
  const unread: string[] = [];
  for (const { dynamodb } of event.Records) {
    const record = dynamodb?.SequenceNumber ?? "";
    const madeAt = dynamodb?.ApproximateCreationDateTime;
    const storedAt = madeAt === undefined ? chat.clock.now() : madeAt * 1000;
    let change: ReturnType<typeof readStreamRecord>;
    try {
      change = readStreamRecord(dynamodb ?? {});
    } catch (cause) {
      within({ sequenceNumber: record }, () => chat.log.error("record unreadable", cause));
      unread.push(record);
      continue;
    }
    if (change?.type === "stored") {
      const { conversationId } = change;
      const known = tails.get(conversationId);
      const seq = Math.max(known?.seq ?? 0, change.seq);
      const first = known ?? { record, storedAt };
      tails.set(conversationId, { conversationId, seq, record: first.record, storedAt: first.storedAt });
    } else if (change?.type === "transition") {
      const { transition } = change;
      const ofOne = transitions.get(transition.userId) ?? [];
      transitions.set(transition.userId, [...ofOne, { record, storedAt, transition }]);
    }
  }
  return { transitions: [...transitions.values()], tails: [...tails.values()], unread };
}

/** The record that failed; those behind it must not overtake it, and wait for the repeat. */
async function announce(parts: WorkerParts, ofOne: readonly Recorded[]): Promise<string | null> {
  const { chat, queue } = parts;
  for (const { record, storedAt, transition } of ofOne) {
    const told = await within({ sequenceNumber: record, userId: transition.userId }, async () => {
      try {
        await announceTransition(chat, queue, transition);
        return true;
      } catch (cause) {
        chat.log.error("transition failed", cause);
        return handOver(parts, { type: "transition", transition }, storedAt);
      }
    });
    if (!told) return record;
  }
  return null;
}

const repair = (parts: WorkerParts, { conversationId, seq, record, storedAt }: Tail) =>
  within({ sequenceNumber: record }, async (): Promise<string | null> => {
    try {
      await repairHead(parts.chat, conversationId, seq);
      return null;
    } catch (cause) {
      parts.chat.log.error("repair failed", cause, { conversationId });
      return (await handOver(parts, { type: "repair", conversationId, seq }, storedAt)) ? null : record;
    }
  });
