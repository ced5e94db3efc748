import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { QueueModel, TableModel } from "../../assembly/model.ts";
import type { EventLogLine } from "../../events/event-log.ts";
import type { EventModel } from "../../events/event-sources.ts";
import type { QueueSourceModel } from "../../events/queue-source.ts";
import type { StreamSourceModel } from "../../events/stream-delivery.ts";
import type { FunctionInvoker, InvocationResult } from "../../functions/invocation.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

export const TABLE: TableModel = {
  id: "Table",
  name: "parley-table",
  arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/parley-table`,
  attributes: [{ name: "pk", type: "S" }],
  key: [{ name: "pk", role: "HASH" }],
  indexes: [],
  streamView: "NEW_AND_OLD_IMAGES",
};

export function queueModel(name: string, overrides: Partial<QueueModel> = {}): QueueModel {
  return {
    id: name,
    name,
    arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
    delaySeconds: 0,
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 345_600,
    ...overrides,
  };
}

export function streamSource(overrides: Partial<StreamSourceModel> = {}): StreamSourceModel {
  return {
    type: "stream",
    id: "Stream",
    functionId: "Fn",
    tableId: "Table",
    batchSize: 100,
    batchWindowSeconds: 0,
    startingPosition: "LATEST",
    filters: [],
    bisectOnError: false,
    reportItemFailures: false,
    ...overrides,
  };
}

export function queueSource(queueId: string, overrides: Partial<QueueSourceModel> = {}): QueueSourceModel {
  return {
    type: "queue",
    id: `${queueId}Source`,
    functionId: "Fn",
    queueId,
    batchSize: 10,
    batchWindowSeconds: 0,
    filters: [],
    reportItemFailures: false,
    ...overrides,
  };
}

export function eventModel(overrides: Partial<EventModel> = {}): EventModel {
  return {
    region: REGION,
    accountId: ACCOUNT,
    functions: [
      {
        id: "Fn",
        name: "Fn",
        arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:parley-fn`,
        codePath: "/nowhere",
        handler: "index.handler",
        environment: {},
        timeoutMs: 5_000,
        runtime: "nodejs24.x",
        memoryMb: 256,
      },
    ],
    tables: [TABLE],
    queues: [],
    eventSources: [],
    schedules: [],
    ...overrides,
  };
}

export interface Call {
  readonly functionId: string;
  readonly event: unknown;
  readonly cause: string | undefined;
  readonly traceHeaders?: readonly string[];
}

/** A function that answers what the test says, and remembers what it was called with. */
export function fakeInvoker(answer: (call: Call, index: number) => unknown = () => null) {
  const calls: Call[] = [];
  const invoker: FunctionInvoker = {
    invoke: async (functionId, event, options) => {
      const { cause, traceHeaders = [] } = options ?? {};
      const chain = traceHeaders.length === 0 ? {} : { traceHeaders };
      const call = { functionId, event: structuredClone(event), cause, ...chain };
      calls.push(call);
      const requestId = `request-${calls.length}`;
      try {
        const payload = await answer(call, calls.length - 1);
        return { type: "ok", payload, requestId } satisfies InvocationResult;
      } catch (error) {
        const { name: errorType, message: errorMessage } = error as Error;
        return { type: "error", errorType, errorMessage, requestId };
      }
    },
  };
  return { invoker, calls };
}

export function logKept() {
  const lines: EventLogLine[] = [];
  return { lines, log: (line: EventLogLine) => void lines.push(line) };
}

const folders: string[] = [];

export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-events-"));
  folders.push(folder);
  return folder;
}

export function removeDataFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
