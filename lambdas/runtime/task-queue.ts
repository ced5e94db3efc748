import { inParallel } from "../chat/in-parallel.ts";
import type { TaskQueue } from "../chat/ports.ts";

/** SQS's limits on one request. It takes 1 MiB since 2025; a quarter holds in every partition of AWS. */
const BATCH_ENTRIES = 10;
const BATCH_BYTES = 256 * 1024;
const BATCHES_AT_ONCE = 5;

/** SQS's two ways of sending to one queue. */
export interface Sends {
  readonly one: (message: {
    readonly MessageBody: string;
    readonly DelaySeconds: number;
  }) => Promise<unknown>;
  readonly batch: (
    entries: readonly { readonly Id: string; readonly MessageBody: string }[],
  ) => Promise<{ readonly Failed?: readonly { readonly Code?: string | undefined }[] | undefined }>;
}

/** The worker's queue. */
export const createTaskQueue = ({ one, batch }: Sends): TaskQueue => ({
  async send(task, delaySeconds) {
    await one({ MessageBody: JSON.stringify(task), DelaySeconds: delaySeconds });
  },

  async sendAll(tasks) {
    const batches = inBatches(tasks.map((task) => JSON.stringify(task)));
    await inParallel(batches, BATCHES_AT_ONCE, async (bodies) => {
      const { Failed = [] } = await batch(bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody })));
      const [first] = Failed;
      if (first)
        throw new Error(`${Failed.length} tasks were not queued: ${first.Code ?? "no reason given"}`);
    });
  },
});

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
