import type { DynamoDBBatchResponse, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { onTransition, repairHead, runTask, startSweep } from "../chat/operations/worker-tasks.ts";
import type { Task } from "../chat/ports.ts";
import type { WorkerParts } from "../runtime/composition.ts";

export type WorkerEvent = DynamoDBStreamEvent | SQSEvent | { readonly type: "sweep" };
export type WorkerResponse = DynamoDBBatchResponse | SQSBatchResponse | undefined;

/** The worker's handler: the table's stream, its own queue, the sweep's schedule. */
export const createWorker =
  (parts: WorkerParts) =>
  async (event: WorkerEvent): Promise<WorkerResponse> => {
    if (!("Records" in event)) {
      await startSweep(parts.chat, parts.queue);
      return undefined;
    }
    return isStream(event) ? onStream(parts, event) : onQueue(parts, event);
  };

const isStream = (event: DynamoDBStreamEvent | SQSEvent): event is DynamoDBStreamEvent =>
  event.Records.every(({ eventSource }) => eventSource === "aws:dynamodb");

/**
 * Transitions in the stream's order; of the messages stored, one look at each conversation's head. The first
 * record that fails is reported: the service repeats from there, and every step may be repeated.
 */
async function onStream(
  { chat, queue, readStreamRecord }: WorkerParts,
  event: DynamoDBStreamEvent,
): Promise<DynamoDBBatchResponse> {
  const tails = new Map<string, { seq: number; firstRecord: string }>();
  const failed: string[] = [];
  for (const { dynamodb } of event.Records) {
    const record = dynamodb?.SequenceNumber ?? "";
    const change = readStreamRecord(dynamodb ?? {});
    if (change?.type === "stored") {
      const tail = tails.get(change.conversationId);
      const seq = Math.max(tail?.seq ?? 0, change.seq);
      tails.set(change.conversationId, { seq, firstRecord: tail?.firstRecord ?? record });
    } else if (change?.type === "transition") {
      try {
        await onTransition(chat, queue, change.transition);
      } catch (cause) {
        chat.log.error("transition failed", cause);
        failed.push(record);
        break;
      }
    }
  }
  await Promise.all(
    [...tails].map(async ([conversationId, { seq, firstRecord }]) => {
      try {
        await repairHead(chat, conversationId, seq);
      } catch (cause) {
        chat.log.error("repair failed", cause, { conversationId });
        failed.push(firstRecord);
      }
    }),
  );
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function onQueue({ chat, queue }: WorkerParts, event: SQSEvent): Promise<SQSBatchResponse> {
  const outcomes = await Promise.all(
    event.Records.map(async ({ messageId, body }) => {
      try {
        await runTask(chat, queue, JSON.parse(body) as Task);
        return [];
      } catch (cause) {
        chat.log.error("task failed", cause, { messageId });
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: outcomes.flat() };
}
