import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { announceTransition } from "../chat/operations/announce-presence.ts";
import { repairHead } from "../chat/operations/repair-head.ts";
import type { WorkerParts } from "../runtime/composition.ts";

/**
 * Transitions in the stream's order; of the messages stored, one look at each conversation's head. The first
 * record that fails is reported: the service repeats from there, and every step may be repeated.
 */
export async function followStream(
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
        await announceTransition(chat, queue, change.transition);
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
