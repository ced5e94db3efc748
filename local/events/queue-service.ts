import type { IncomingMessage, ServerResponse } from "node:http";
import type { QueueModel } from "../assembly/model.ts";
import { answerJson } from "../serving/request-body.ts";
import { createRunningTasks } from "../serving/running-tasks.ts";
import type { RefusalOf } from "../rights/service-rights.ts";
import { isFromThisMachine, STRANGER } from "../serving/same-machine.ts";
import { openQueueJournal } from "./queue-journal.ts";
import type { FindQueue, QueueHandle } from "./queue-handle.ts";
import { createQueue, type Message, type Queue } from "./queue.ts";
import { answerSqs } from "./sqs-protocol.ts";

export interface QueueServiceOptions {
  readonly queues: readonly QueueModel[];
  readonly accountId: string;
  /** Where messages survive a restart; null keeps them in memory. */
  readonly dataDir: string | null;
  /** Told of a request that failed for a reason of the service's own. */
  readonly onFailure: (cause: unknown) => void;
  /** Every request may do all where it is absent. */
  readonly refusalOf?: RefusalOf;
  /** Milliseconds; default Date.now. */
  readonly now?: () => number;
}

export interface QueueService {
  /**
   * Answers a POST of SQS's JSON protocol (`X-Amz-Target: AmazonSQS.…`), whatever its path. It needs no
   * signature, so pages from elsewhere are refused.
   */
  handleRequest(req: IncomingMessage, res: ServerResponse): void;
  readonly find: FindQueue;
  /** Replaces the queues' settings. Messages stay; those of queues that are gone are dropped. */
  reload(queues: readonly QueueModel[]): void;
  /** Ends what waits for messages; resolves when every request is answered. */
  close(): Promise<void>;
}

/** Queues as SQS has them: at least once, in no promised order, with delay, visibility, redrive and retention. */
export function createQueueService(options: QueueServiceOptions): QueueService {
  const { accountId, refusalOf, now = Date.now } = options;
  const handles = new Map<string, QueueHandle>();
  const models = new Map<string, QueueModel>();
  /** Those who wait for a message, by queue name. */
  const waiters = new Map<string, Set<() => void>>();
  const requests = createRunningTasks(options.onFailure);
  const open = new Set<IncomingMessage>();
  let closed = false;

  const modelOf = (name: string): QueueModel => {
    const model = models.get(name);
    if (model === undefined) throw new Error(`There was never a queue ${name}`);
    return model;
  };
  const adoptModels = (queues: readonly QueueModel[]): void => {
    for (const model of queues) {
      models.set(model.name, model);
      if (!handles.has(model.name)) handles.set(model.name, createHandle(model));
    }
  };

  const wake = (name: string): void => {
    for (const waiter of waiters.get(name) ?? []) waiter();
  };

  const createHandle = ({ name }: QueueModel): QueueHandle => {
    const model = (): QueueModel => modelOf(name);
    const queue = createQueue(
      model,
      (change) => journal?.append(name, change),
      (message) => {
        const target = find({ arn: model().redrive?.deadLetterArn ?? "" });
        // Its age goes on counting; its receives start anew.
        target?.queue.adopt({ ...message, receiveCount: 0, firstReceivedAt: null, receiptHandle: null });
        if (target !== undefined) wake(target.model.name);
        return target !== undefined;
      },
    );
    return {
      get model() {
        return model();
      },
      queue,
      send: (body, attributes, delaySeconds, traceHeader) => {
        const message = queue.send(now(), { body, attributes, delaySeconds, traceHeader });
        wake(name);
        return message;
      },
      receive: async ({ max, waitMs, visibilitySeconds, signal }) => {
        const end = now() + waitMs;
        while (true) {
          if (closed || signal?.aborted === true) return [];
          const messages = queue.receive(now(), max, visibilitySeconds);
          if (messages.length > 0 || now() >= end) return messages;
          await waitForChange(name, queue, end, signal);
        }
      },
    };
  };

  const waitForChange = (
    name: string,
    queue: Queue,
    end: number,
    signal: AbortSignal | undefined,
  ): Promise<void> =>
    new Promise((resolve) => {
      const set = waiters.get(name) ?? new Set();
      waiters.set(name, set);
      const done = (): void => {
        clearTimeout(timer);
        set.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      set.add(done);
      signal?.addEventListener("abort", done);
      const due = Math.min(end, queue.nextVisibleAt(now()) ?? end);
      const timer = setTimeout(done, Math.min(Math.max(1, due - now()), 60_000));
    });

  const find: FindQueue = (by) => {
    for (const handle of handles.values()) {
      const { id, name, arn } = handle.model;
      if (id === by.id || name === by.name || arn === by.arn) return handle;
    }
    return undefined;
  };

  const live = function* (): Iterable<readonly [string, Message]> {
    for (const { model, queue } of handles.values()) {
      for (const message of queue.messages()) yield [model.name, message] as const;
    }
  };

  adoptModels(options.queues);
  let journal: ReturnType<typeof openQueueJournal> | undefined = undefined;
  journal = openQueueJournal(
    options.dataDir,
    (name, messages) => messages.forEach((message) => handles.get(name)?.queue.adopt(message)),
    live,
  );

  return {
    handleRequest: (req, res) => {
      if (!isFromThisMachine(req)) return answerJson(res, 403, STRANGER);
      open.add(req);
      const answered = answerSqs({ find, now, accountId, refusalOf }, req, res);
      requests.add(answered.finally(() => open.delete(req)));
    },
    find,
    reload: (queues) => {
      adoptModels(queues);
      const names = new Set(queues.map(({ name }) => name));
      for (const [name, { queue }] of handles) {
        if (names.has(name)) continue;
        queue.purge();
        handles.delete(name);
      }
      for (const name of waiters.keys()) wake(name);
    },
    close: async () => {
      closed = true;
      for (const name of waiters.keys()) wake(name);
      // A client that never ends its body would hold up the end for ever.
      for (const req of open) if (!req.complete) req.destroy();
      await requests.settle();
    },
  };
}
