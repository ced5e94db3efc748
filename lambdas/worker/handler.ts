import type { DynamoDBBatchResponse, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { startSweep } from "../chat/operations/sweep-presence.ts";
import type { WorkerParts } from "../runtime/composition.ts";
import { followStream } from "./follow-stream.ts";
import { runTasks } from "./run-tasks.ts";

/** What the stack lets call the worker. */
export type WorkerEvent = DynamoDBStreamEvent | SQSEvent | { readonly type: "sweep" };
/** Which records or messages are to come again. */
export type WorkerResponse = DynamoDBBatchResponse | SQSBatchResponse | undefined;

/** The worker's handler: the table's stream, its own queue, the sweep's schedule. Any other event is an error. */
export const createWorker =
  (parts: WorkerParts) =>
  async (event: WorkerEvent): Promise<WorkerResponse> => {
    if (isFrom(event, "aws:dynamodb")) return followStream(parts, event);
    if (isFrom(event, "aws:sqs")) return runTasks(parts, event);
    if (!("type" in event) || event.type !== "sweep") throw new Error("The worker does not know this event.");
    await startSweep(parts.chat, parts.queue);
    return undefined;
  };

interface Sources {
  readonly "aws:dynamodb": DynamoDBStreamEvent;
  readonly "aws:sqs": SQSEvent;
}

const isFrom = <S extends keyof Sources>(event: WorkerEvent, source: S): event is Sources[S] & WorkerEvent =>
  "Records" in event && event.Records.every(({ eventSource }) => eventSource === source);
