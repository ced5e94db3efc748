import type { QueueModel } from "../assembly/model.ts";
import type { Message, MessageAttributes, Queue } from "./queue.ts";

/** One queue, for the rest of the local cloud; a reload changes its model. */
export interface QueueHandle {
  readonly model: QueueModel;
  readonly queue: Queue;
  /** `traceHeader`: X-Ray's, of the request that sends it. */
  send(body: string, attributes?: MessageAttributes, delaySeconds?: number, traceHeader?: string): Message;
  /** Waits up to `waitMs` for the first message; gives none when the signal or the service ends the wait. */
  receive(options: {
    readonly max: number;
    readonly waitMs: number;
    readonly visibilitySeconds?: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly Message[]>;
}

/** Undefined for a queue that is not part of the app. */
export type FindQueue = (by: {
  readonly id?: string;
  readonly name?: string;
  readonly arn?: string;
}) => QueueHandle | undefined;
