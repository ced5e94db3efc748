import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { gatherPushes } from "../chat/gather-pushes.ts";
import {
  announcePresence,
  announceTo,
  announceToGroups,
  announceTransition,
} from "../chat/operations/announce-presence.ts";
import { closeConnections } from "../chat/operations/close-connections.ts";
import { repairChanges } from "../chat/operations/repair-changes.ts";
import { repairHead } from "../chat/operations/repair-head.ts";
import { moveRows } from "../chat/operations/move-rows.ts";
import { runErasure } from "../chat/operations/run-erasure.ts";
import { settlePresence } from "../chat/operations/settle-presence.ts";
import { sweepShard, sweepUsers } from "../chat/operations/sweep-presence.ts";
import { tellMessage } from "../chat/operations/tell-message.ts";
import { decodeTask } from "../protocol/worker-tasks.ts";
import type { Task } from "../protocol/worker-tasks.ts";
import type { WorkerParts } from "../runtime/composition.ts";
import { addToTrace, within } from "../runtime/trace.ts";

/**
 * Tasks side by side, what they push gathered. What fails, or is no task at all, comes again alone and ends in the dead
 * letters.
 */
export async function runTasks(parts: TaskParts, event: SQSEvent): Promise<SQSBatchResponse> {
  const { chat } = parts;
  const runGathered = gatherPushes(chat);
  const tasks = event.Records.map(({ messageId, body }) => ({ messageId, task: decodeTask(body) }));
  const outcomes = await Promise.all(
    tasks.toSorted(inOrder).map(({ messageId, task }) =>
      within({ messageId }, async () => {
        try {
          if (!task.ok) throw new Error(`The queue holds what is no task: ${task.message}`);
          await runGathered((gathered) => runTask({ ...parts, chat: gathered }, task.value));
          return [];
        } catch (cause) {
          chat.log.error("task failed", cause);
          return [{ itemIdentifier: messageId }];
        }
      }),
    ),
  );
  return { batchItemFailures: outcomes.flat() };
}

interface Queued {
  readonly task: ReturnType<typeof decodeTask>;
}

/** The queue keeps none: what is told of a conversation goes by its messages, everything else before it. */
function inOrder({ task: one }: Queued, { task: other }: Queued): number {
  const [first, second] = [placeOf(one), placeOf(other)];
  if (!first || !second) return Number(first !== null) - Number(second !== null);
  if (first.conversationId !== second.conversationId)
    return first.conversationId < second.conversationId ? -1 : 1;
  return first.seq - second.seq || Number(first.isChange) - Number(second.isChange);
}

function placeOf(task: Queued["task"]) {
  if (!task.ok || task.value.type !== "tell") return null;
  const { conversationId, seq, event } = task.value;
  return { conversationId, seq, isChange: event === "message_changed" };
}

/** What a task works with. */
export type TaskParts = Omit<WorkerParts, "readStreamRecord">;

/** Does what the worker has sent itself. Every task may run twice. */
export async function runTask(parts: TaskParts, task: Task): Promise<void> {
  const { chat, queue } = parts;
  switch (task.type) {
    case "settle":
      addToTrace({ userId: task.userId });
      return settlePresence(chat, task.userId, task.lastSeenAt);
    case "announce":
      addToTrace({ userId: task.announcement.userId });
      return announcePresence(chat, queue, task.announcement, task.cursor);
    case "announce_groups":
      return announceToGroups(chat, queue, task.announcement, task.groups);
    case "announce_to":
      return announceTo(chat, task.announcement, task.peers);
    case "close_connections":
      return closeConnections(chat, task.connectionIds);
    case "transition":
      addToTrace({ userId: task.transition.userId });
      return announceTransition(chat, queue, task.transition);
    case "repair":
      return repairHead(chat, task.conversationId, task.seq);
    case "repair_changes":
      return repairChanges(chat, task.conversationId, task.from, task.upTo);
    case "tell":
      return tellMessage(chat, task);
    case "move_rows":
      return moveRows(chat, task.conversationId, task.activityAt, task.userIds);
    case "erase":
      return runErasure(parts, task.jobId);
    case "sweep_shard":
      return sweepShard(chat, queue, task.shard, task.cursor);
    case "sweep_users":
      return sweepUsers(chat, task.userIds);
  }
}
