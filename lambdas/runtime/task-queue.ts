import { inParallel } from "../chat/in-parallel.ts";
import type { TaskQueue } from "../chat/ports.ts";

/** SQS's limits on one request. It takes 1 MiB since 2025; a quarter holds in every partition of AWS. */
const BATCH_ENTRIES = 10;
const BATCH_BYTES = 256 * 1024;
const BATCHES_AT_ONCE = 5;

/** One request to one queue. A batch of one costs what a message by itself does. */
export type SendBatch = (
  entries: readonly { readonly Id: string; readonly MessageBody: string; readonly DelaySeconds?: number }[],
) => Promise<{ readonly Failed?: readonly { readonly Code?: string | undefined }[] | undefined }>;

/** The worker's queue. */
export function createTaskQueue(sendBatch: SendBatch): TaskQueue {
  const send = async (bodies: readonly string[], delaySeconds: number): Promise<void> => {
    const { Failed = [] } = await sendBatch(
      bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody, DelaySeconds: delaySeconds })),
    );
    const [first] = Failed;
    if (first) throw new Error(`${Failed.length} tasks were not queued: ${first.Code ?? "no reason given"}`);
  };
  return {
    send: (task, delaySeconds) => send([JSON.stringify(task)], delaySeconds),
    async sendAll(tasks) {
      const batches = inBatches(tasks.map((task) => JSON.stringify(task)));
      await inParallel(batches, BATCHES_AT_ONCE, (bodies) => send(bodies, 0));
    },
  };
}

function inBatches(bodies: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const last = batches.at(-1);
    if (last === undefined || last.length === BATCH_ENTRIES || bytes + size > BATCH_BYTES) {
      batches.push([body]);
      bytes = size;
    } else {
      last.push(body);
      bytes += size;
    }
  }
  return batches;
}
