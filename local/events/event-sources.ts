import { setMaxListeners } from "node:events";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { AppModel, EventSourceModel } from "../assembly/model.ts";
import { clientSettings } from "../database/client-settings.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import { createDeliver } from "./destinations.ts";
import type { EventLog } from "./event-log.ts";
import { createNudge, type Nudge } from "./nudge.ts";
import { runQueueSource } from "./queue-source.ts";
import type { QueueService } from "./queue-service.ts";
import { runSchedule } from "./schedule-source.ts";
import { openStreamPositions } from "./stream-positions.ts";
import { runStreamSource } from "./stream-source.ts";

export type EventModel = Pick<
  AppModel,
  "region" | "accountId" | "functions" | "tables" | "queues" | "eventSources" | "schedules"
>;

export interface EventSourcesOptions {
  readonly model: EventModel;
  readonly databaseUrl: string;
  readonly queues: QueueService;
  readonly invoker: FunctionInvoker;
  /** Between two looks at an idle stream, in milliseconds, unless nudged; default 50. */
  readonly streamIdleMs?: number;
  /** Where the positions in the streams are kept; null where the database keeps nothing either. */
  readonly dataDir: string | null;
  readonly log: EventLog;
  /** Why Lambda may not read a source for its function, in a sentence; it may read all where it is absent. */
  readonly refusalOf?: (source: EventSourceModel, model: EventModel) => string | undefined;
  /** For schedules whose target is a topic. */
  readonly publish?: (topicArn: string, message: string) => void;
}

export interface EventSources {
  /** Resolves when no later write to a table is missed. */
  start(): Promise<void>;
  /** Something was just written: looks at the streams at once instead of after the idle interval. */
  nudge(): void;
  /**
   * Goes on with another model, its queues included: invocations in flight end first, positions and
   * messages stay. Tables must be provisioned and functions reloaded before.
   */
  reload(model: EventModel): Promise<void>;
  /** Starts nothing more and resolves when every invocation in flight has ended. */
  close(): Promise<void>;
}

/** Everything that calls functions by itself: streams, queues, schedules. */
export function createEventSources(options: EventSourcesOptions): EventSources {
  const { queues, invoker, log } = options;
  const positions = openStreamPositions(options.dataDir);
  const client = clientSettings(options.databaseUrl, options.model.region);
  const db = new DynamoDBClient(client);
  const streams = new DynamoDBStreamsClient(client);
  const publish = options.publish ?? ((): void => undefined);
  const deliver = createDeliver({ invoker, findQueue: queues.find, publish });
  let nudges: Nudge[] = [];
  let stop = new AbortController();
  let running: Promise<void>[] = [];

  const run = async (model: EventModel): Promise<void> => {
    const starts: Promise<void>[] = [];
    const { region, accountId } = model;
    const { signal } = stop;
    // Each source and schedule listens, however many there are.
    setMaxListeners(0, signal);
    for (const source of model.eventSources) {
      const missing = (what: string): void =>
        log({ level: "warning", source: source.id, message: `Its ${what} is not part of the app.` });
      const refusal = options.refusalOf?.(source, model);
      if (refusal !== undefined) {
        log({ level: "warning", source: source.id, message: `It is not read. ${refusal}` });
        continue;
      }
      switch (source.type) {
        case "stream": {
          const table = model.tables.find(({ id }) => id === source.tableId);
          const fn = model.functions.find(({ id }) => id === source.functionId);
          if (table === undefined || fn === undefined) {
            missing("table or function");
            break;
          }
          const nudge = createNudge();
          nudges.push(nudge);
          const { streamIdleMs: idleMs } = options;
          const idle = idleMs === undefined ? {} : { idleMs };
          const given = { db, streams, positions, queues, invoker, log, nudge, signal, ...idle };
          starts.push(
            new Promise((started) => {
              running.push(runStreamSource({ source, table, fn, started, ...given }));
            }),
          );
          break;
        }
        case "queue": {
          const queue = queues.find({ id: source.queueId });
          if (queue === undefined) missing("queue");
          else running.push(runQueueSource({ source, queue, accountId, invoker, log, signal }));
          break;
        }
      }
    }
    for (const schedule of model.schedules) {
      running.push(runSchedule({ schedule, region, accountId, deliver, signal }));
    }
    await Promise.all(starts);
  };

  const halt = async (): Promise<void> => {
    stop.abort();
    await Promise.all(running);
    running = [];
    nudges = [];
  };

  return {
    start: () => run(options.model),
    nudge: () => {
      for (const nudge of nudges) nudge.ring();
    },
    reload: async (model) => {
      await halt();
      stop = new AbortController();
      queues.reload(model.queues);
      await run(model);
    },
    close: async () => {
      await halt();
      db.destroy();
      streams.destroy();
    },
  };
}
