import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { FunctionModel, TableModel } from "../assembly/model.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import { pause, type EventLog } from "./event-log.ts";
import { passesFilters } from "./filter-pattern.ts";
import type { Nudge } from "./nudge.ts";
import type { QueueService } from "./queue-service.ts";
import { deliverBatch, failureMessage, type StreamSourceModel } from "./stream-delivery.ts";
import { createStreamLanes } from "./stream-lanes.ts";
import type { StreamPosition, StreamPositions } from "./stream-positions.ts";
import { findStream, lastSequenceNumber, listShards, openShard, type ShardReader } from "./stream-reader.ts";
import { streamArn, toStreamRecord, type StreamRecord } from "./stream-record.ts";

/**
 * Between two looks at a shard where nothing comes, each time twice as long: what functions and tools write rings, so
 * this is for what the engine does by itself, as when an item's time to live has ended, and for what is written past
 * the local cloud. Where the engine has to search long, never more than a tenth of its time.
 */
const IDLE_MS = 50;
const IDLE_LONGEST_MS = 1_000;
/** Between two looks in a batching window, which only a full batch ends early: as often as Lambda looks. */
const WINDOW_LOOK_MS = 250;
const IDLE_SHARE = 10;
const NEW_SHARDS_MS = 10_000;
const AFTER_ERROR_MS = 1_000;
/** How long progress over records the filters leave out may stay unrecorded. */
const UNRECORDED_MS = 1_000;

export interface StreamSourceOptions {
  readonly source: StreamSourceModel;
  readonly table: TableModel;
  readonly fn: FunctionModel;
  readonly db: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly positions: StreamPositions;
  readonly queues: QueueService;
  readonly invoker: FunctionInvoker;
  readonly log: EventLog;
  readonly nudge: Nudge;
  /** The first wait between two looks at an idle shard, in milliseconds, unless nudged; default 50. */
  readonly idleMs?: number;
  /** Called once: from now on no record is missed, or the stream cannot be read yet. */
  readonly started: () => void;
  readonly signal: AbortSignal;
}

/** Delivers a table's stream to a function until the signal ends it; resolves when nothing is in flight. */
export async function runStreamSource(options: StreamSourceOptions): Promise<void> {
  const { source, log, signal } = options;
  let lastMessage = "";
  if (signal.aborted) options.started();
  while (!signal.aborted) {
    try {
      await followStream(options);
    } catch (error) {
      options.started();
      const message = `The stream of ${options.table.name} cannot be read: ${String(error)}`;
      if (message !== lastMessage) log({ level: "warning", source: source.id, message });
      lastMessage = message;
      await pause(AFTER_ERROR_MS, signal);
    }
  }
}

/** Reads all shards, a child once its parent is done, until the signal ends it or one of them fails. */
async function followStream(options: StreamSourceOptions): Promise<void> {
  const { source, table, db, streams, positions, signal } = options;
  const arn = await findStream(db, table.name);
  await findStart(options, arn);
  options.started();
  const done = new Set(positions.get(source.id)?.done);
  const running = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const end = (): void => stop.abort();
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const failures: unknown[] = [];
  try {
    while (!stop.signal.aborted) {
      const shards = await listShards(streams, arn);
      const known = new Set(shards.map(({ ShardId }) => ShardId));
      for (const { ShardId: id, ParentShardId: parent } of shards) {
        if (id === undefined || done.has(id) || running.has(id)) continue;
        if (parent !== undefined && known.has(parent) && !done.has(parent)) continue;
        const reading = readShard(options, arn, id, stop.signal)
          .then(
            (isDone) => isDone && done.add(id),
            (error: unknown) => {
              failures.push(error);
              end();
            },
          )
          .then(() => void running.delete(id));
        running.set(id, reading);
      }
      const wait = pause(running.size === 0 ? IDLE_MS : NEW_SHARDS_MS, stop.signal);
      await Promise.race([wait, ...running.values()]);
    }
  } finally {
    end();
    signal.removeEventListener("abort", end);
    await Promise.all(running.values());
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Records where the mapping begins in a stream it has not read yet, so that what is written after this
 * moment is delivered whatever happens before the first delivery. A stream that replaces the one it
 * knew (the table was made anew) is read from its beginning.
 */
async function findStart({ source, streams, positions }: StreamSourceOptions, arn: string): Promise<void> {
  const known = positions.get(source.id);
  if (known?.streamArn === arn) return;
  const shards: Record<string, string | null> = Object.create(null) as Record<string, string | null>;
  if (known === undefined && source.startingPosition === "LATEST") {
    for (const { ShardId: id } of await listShards(streams, arn)) {
      if (id !== undefined) shards[id] = await lastSequenceNumber(streams, arn, id);
    }
  }
  positions.set(source.id, { streamArn: arn, shards, done: [] });
}

/** True when the shard is closed and all of it is dealt with. */
async function readShard(
  options: StreamSourceOptions,
  arn: string,
  shardId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { source, table, streams, positions, nudge, idleMs = IDLE_MS } = options;
  const current = (): StreamPosition => positions.get(source.id) ?? { streamArn: arn, shards: {}, done: [] };
  const record = (after: string): void => {
    const position = current();
    positions.set(source.id, { ...position, shards: { ...position.shards, [shardId]: after } });
    recordedAt = Date.now();
  };
  const start = current().shards[shardId] ?? null;
  const reader = openShard(streams, arn, shardId, start);
  let recorded = start;
  let recordedAt = 0;
  let passed = start;
  let idle = idleMs;
  const lanes = createStreamLanes({
    count: source.parallelization ?? 1,
    batchSize: source.batchSize,
    deliver: (batch, advance) =>
      deliverBatch(
        {
          ...options,
          cause: `stream ${table.name}`,
          signal,
          advance,
          discard: (lost) => sendToFailureQueue(options, lost, shardId, arn),
        },
        batch,
      ),
    advance: ({ dynamodb }) => record((recorded = dynamodb.SequenceNumber)),
    signal,
  });
  try {
    while (!signal.aborted) {
      await lanes.room();
      if (signal.aborted) break;
      const begun = performance.now();
      const { batch, last, isReadOut, ended } = await collectBatch(options, reader, arn, shardId, signal);
      passed = last ?? passed;
      lanes.add(batch);
      if (ended) {
        await lanes.settle();
        if (!lanes.isDone()) return false;
        const position = current();
        positions.set(source.id, { ...position, done: [...position.done, shardId] });
        return true;
      }
      if (lanes.isDone() && passed !== null && passed !== recorded && Date.now() - recordedAt > UNRECORDED_MS)
        record((recorded = passed));
      const took = performance.now() - begun;
      if (last !== null) idle = idleMs;
      if (!isReadOut) continue;
      const isRung = await nudge.wait(Math.max(idle, Math.min(took * IDLE_SHARE, IDLE_LONGEST_MS)), signal);
      idle = isRung ? idleMs : Math.max(idleMs, Math.min(2 * idle, IDLE_LONGEST_MS));
    }
    return false;
  } finally {
    await lanes.settle();
    if (lanes.isDone() && passed !== null && passed !== recorded) record(passed);
  }
}

interface Collected {
  readonly batch: readonly StreamRecord[];
  /** The last sequence number read, delivered or left out by the filters; null if nothing was read. */
  readonly last: string | null;
  /** There was no more, a moment ago. */
  readonly isReadOut: boolean;
  readonly ended: boolean;
}

/** A full batch for each lane, or what came in the window that the first record opens. */
async function collectBatch(
  { source, table }: StreamSourceOptions,
  reader: ShardReader,
  arn: string,
  shardId: string,
  signal: AbortSignal,
): Promise<Collected> {
  const batch: StreamRecord[] = [];
  let last: string | null = null;
  let windowEnd: number | undefined;
  const most = source.batchSize * (source.parallelization ?? 1);
  while (true) {
    const wanted = most - batch.length;
    const page = await reader.read(wanted);
    for (const raw of page.records) {
      last = raw.dynamodb?.SequenceNumber ?? last;
      const record = toStreamRecord(raw, table, { arn, shardId });
      if (record !== undefined && passesFilters(source.filters, record)) batch.push(record);
    }
    const { ended } = page;
    const isReadOut = page.records.length < wanted;
    const collected = { batch, last, isReadOut, ended };
    if (ended || signal.aborted || batch.length === 0 || batch.length >= most) return collected;
    windowEnd ??= Date.now() + source.batchWindowSeconds * 1_000;
    const left = windowEnd - Date.now();
    if (left <= 0) return collected;
    if (page.records.length < wanted) await pause(Math.min(WINDOW_LOOK_MS, left), signal);
  }
}

function sendToFailureQueue(
  { source, table, fn, queues, log }: StreamSourceOptions,
  lost: Parameters<typeof failureMessage>[0],
  shardId: string,
  arn: string,
): void {
  if (source.onFailureQueueArn === undefined) return;
  const about = { functionArn: fn.arn, shardId, streamArn: streamArn(table, arn) };
  const queue = queues.find({ arn: source.onFailureQueueArn });
  if (queue !== undefined) queue.send(JSON.stringify(failureMessage(lost, about)));
  else
    log({ level: "warning", source: source.id, message: `There is no queue ${source.onFailureQueueArn}.` });
}
