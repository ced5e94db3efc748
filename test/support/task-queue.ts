import { createHash, randomUUID } from "node:crypto";
import type { Task } from "../../lambdas/protocol/worker-tasks.ts";
import { startLocalServer } from "../../local/test/support/local-server.ts";

export interface Queued {
  readonly task: Task;
  readonly delaySeconds: number;
}

/** Stands in for SQS: takes messages and delivers none; a test feeds them to the worker itself. */
export interface FakeTaskQueue {
  readonly url: string;
  /** What was sent since it was last taken, in order. */
  take(): readonly Queued[];
  stop(): Promise<void>;
}

export async function startTaskQueue(): Promise<FakeTaskQueue> {
  let queued: Queued[] = [];
  const server = await startLocalServer((_request, body, response) => {
    const { MessageBody, DelaySeconds } = JSON.parse(body) as { MessageBody: string; DelaySeconds?: number };
    queued.push({ task: JSON.parse(MessageBody) as Task, delaySeconds: DelaySeconds ?? 0 });
    const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
    response
      .writeHead(200, { "content-type": "application/x-amz-json-1.0" })
      .end(JSON.stringify({ MessageId: randomUUID(), MD5OfMessageBody }));
  });
  return {
    url: `${server.url}/000000000000/tasks`,
    take() {
      const taken = queued;
      queued = [];
      return taken;
    },
    stop: () => server.close(),
  };
}
