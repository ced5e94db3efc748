import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { Transition } from "../chat/model/presence.ts";
import { inParallel } from "../chat/in-parallel.ts";
import { announceTransition } from "../chat/operations/announce-presence.ts";
import { repairHead } from "../chat/operations/repair-head.ts";
import type { WorkerParts } from "../runtime/composition.ts";
import { within } from "../runtime/trace.ts";

/** Users whose transitions are told side by side: each has a fan-out of its own, over the same sockets. */
const USERS_AT_ONCE = 8;

/**
 * Each user's transitions in the stream's order, those of different users side by side; of the messages stored,
 * one look at each conversation's head. Records that fail are reported: the service repeats from the first of
 * them on, and every step may be repeated.
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
  readonly transition: Transition;
}

/** How far the log of a conversation has come, and the first record that says so. */
interface Tail {
  readonly conversationId: string;
  readonly seq: number;
  readonly record: string;
}

/** What the records mean, by user and by conversation. */
function sort({ chat, readStreamRecord }: WorkerParts, event: DynamoDBStreamEvent) {
  const transitions = new Map<string, Recorded[]>();
  const tails = new Map<string, Tail>();
  const unread: string[] = [];
  for (const { dynamodb } of event.Records) {
    const record = dynamodb?.SequenceNumber ?? "";
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
      tails.set(conversationId, { conversationId, seq, record: known?.record ?? record });
    } else if (change?.type === "transition") {
      const { transition } = change;
      const ofOne = transitions.get(transition.userId) ?? [];
      transitions.set(transition.userId, [...ofOne, { record, transition }]);
    }
  }
  return { transitions: [...transitions.values()], tails: [...tails.values()], unread };
}

/** The record that failed; those behind it must not overtake it, and wait for the repeat. */
async function announce({ chat, queue }: WorkerParts, ofOne: readonly Recorded[]): Promise<string | null> {
  for (const { record, transition } of ofOne) {
    const told = await within({ sequenceNumber: record, userId: transition.userId }, async () => {
      try {
        await announceTransition(chat, queue, transition);
        return true;
      } catch (cause) {
        chat.log.error("transition failed", cause);
        return false;
      }
    });
    if (!told) return record;
  }
  return null;
}

const repair = ({ chat }: WorkerParts, { conversationId, seq, record }: Tail): Promise<string | null> =>
  within({ sequenceNumber: record }, async () => {
    try {
      await repairHead(chat, conversationId, seq);
      return null;
    } catch (cause) {
      chat.log.error("repair failed", cause, { conversationId });
      return record;
    }
  });
