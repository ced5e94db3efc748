import { createHash, randomUUID } from "node:crypto";
import type { Task } from "../../lambdas/protocol/worker-tasks.ts";
import { startLocalServer } from "../../local/test/support/local-server.ts";

export interface Queued {
  readonly task: Task;
  readonly delaySeconds: number;
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

/** The queue counts a request for each 64 KB. */
const BILLED_BYTES = 64 * 1024;

/** Stands in for SQS: takes messages and delivers none; a test feeds them to the worker itself. */
export interface FakeTaskQueue {
  readonly url: string;
  /** What was sent since it was last taken, in order. */
  take(): readonly Queued[];
  /** What the requests so far count as: one for each 64 KB or part of it. */
  billedRequests(): number;
  stop(): Promise<void>;
}

export async function startTaskQueue(): Promise<FakeTaskQueue> {
  let queued: Queued[] = [];
  let billed = 0;
  const server = await startLocalServer((_request, body, response) => {
    const { Entries } = JSON.parse(body) as { readonly Entries: readonly Entry[] };
    const bytes = Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
    billed += Math.max(1, Math.ceil(bytes / BILLED_BYTES));
    const Successful = Entries.map(({ Id, MessageBody, DelaySeconds = 0 }) => {
      queued.push({ task: JSON.parse(MessageBody) as Task, delaySeconds: DelaySeconds });
      const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
      return { Id, MessageId: randomUUID(), MD5OfMessageBody };
    });
    response
      .writeHead(200, { "content-type": "application/x-amz-json-1.0" })
      .end(JSON.stringify({ Successful }));
  });
  return {
    url: `${server.url}/000000000000/tasks`,
    take() {
      const taken = queued;
      queued = [];
      return taken;
    },
    billedRequests: () => billed,
    stop: () => server.close(),
  };
}
