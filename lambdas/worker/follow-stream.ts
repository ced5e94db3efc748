import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { Task } from "../protocol/worker-tasks.ts";
import type { Transition } from "../chat/model/presence.ts";
import { inParallel } from "../chat/in-parallel.ts";
import { gatherPushes } from "../chat/gather-pushes.ts";
import { announceTransition } from "../chat/operations/announce-presence.ts";
import type { WorkerParts } from "../runtime/composition.ts";
import { within } from "../runtime/trace.ts";
import { runTask } from "./run-tasks.ts";
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
  const { transitions, grown, unread } = sort(parts, event);
  const runGathered = gatherPushes(parts.chat);
  const failed = await Promise.all([
    inParallel(transitions, USERS_AT_ONCE, (ofOne) =>
      runGathered((chat) => announce({ ...parts, chat }, ofOne)),
    ),
    Promise.all(grown.map((one) => repair(parts, one))),
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

/** What has come to one of a conversation's logs, and the first record that says so. */
interface Grown {
  readonly record: string;
  readonly storedAt: number;
  readonly task: Extract<Task, { readonly type: "repair" | "repair_changes" }>;
}

/** What the records mean, by user and by conversation. */
function sort({ chat, readStreamRecord }: WorkerParts, event: DynamoDBStreamEvent) {
  const transitions = new Map<string, Recorded[]>();
  const grown = new Map<string, Grown>();
  const unread: string[] = [];
  for (const { dynamodb } of event.Records) {
    const record = dynamodb?.SequenceNumber ?? "";
    const madeAt = dynamodb?.ApproximateCreationDateTime;
    const storedAt = madeAt === undefined ? chat.clock.now() : madeAt * 1000;
    let change: StreamChange | null;
    try {
      change = readStreamRecord(dynamodb ?? {});
    } catch (cause) {
      within({ sequenceNumber: record }, () => chat.log.error("record unreadable", cause));
      unread.push(record);
      continue;
    }
    if (change?.type === "stored" || change?.type === "changed") {
      const key = `${change.type} ${change.conversationId}`;
      const known = grown.get(key);
      grown.set(key, { record, storedAt, ...known, task: taskOf(change, known?.task) });
    } else if (change?.type === "transition") {
      const { transition } = change;
      const ofOne = transitions.get(transition.userId) ?? [];
      transitions.set(transition.userId, [...ofOne, { record, storedAt, transition }]);
    }
  }
  return { transitions: [...transitions.values()], grown: [...grown.values()], unread };
}

type StreamChange = NonNullable<ReturnType<WorkerParts["readStreamRecord"]>>;

/** What is to be repaired after this record too. */
function taskOf(
  change: Extract<StreamChange, { readonly conversationId: string }>,
  known?: Task,
): Grown["task"] {
  const { conversationId } = change;
  if (change.type === "stored") {
    const seq = known?.type === "repair" ? Math.max(known.seq, change.seq) : change.seq;
    return { type: "repair", conversationId, seq };
  }
  const { from, upTo } = known?.type === "repair_changes" ? known : { from: change.rev, upTo: change.rev };
  const span = { from: Math.min(from, change.rev), upTo: Math.max(upTo, change.rev) };
  return { type: "repair_changes", conversationId, ...span };
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

const repair = (parts: WorkerParts, { task, record, storedAt }: Grown) =>
  within({ sequenceNumber: record }, async (): Promise<string | null> => {
    try {
      await runTask(parts, task);
      return null;
    } catch (cause) {
      parts.chat.log.error("repair failed", cause, { conversationId: task.conversationId });
      return (await handOver(parts, task, storedAt)) ? null : record;
    }
  });
