import { createHash } from "node:crypto";
import type { StreamRecord } from "./stream-record.ts";

/**
 * The batches of one shard that are under way at once. Each item has its lane, so that its records stay in
 * order: with a ParallelizationFactor, Lambda "still ensures in-order processing at the item (partition and
 * sort key) level" (Using Lambda with Amazon DynamoDB).
 */
export interface StreamLanes {
  /** Takes records over, in the stream's order. */
  add(records: readonly StreamRecord[]): void;
  /** Resolves when a lane is free and not too much waits in the others; also when the signal has ended them. */
  room(): Promise<void>;
  /** Whether all that was added is dealt with. */
  isDone(): boolean;
  /** Resolves when all is dealt with, or the signal has ended it. */
  settle(): Promise<void>;
}

interface Lane {
  readonly waiting: Entry[];
  running: Promise<void> | undefined;
}

interface Entry {
  readonly record: StreamRecord;
  isDone: boolean;
}

export function createStreamLanes(options: {
  /** The ParallelizationFactor. */
  readonly count: number;
  readonly batchSize: number;
  /** Resolves when the batch is dealt with; `advance` tells how far in between. */
  readonly deliver: (
    batch: readonly StreamRecord[],
    advance: (record: StreamRecord) => void,
  ) => Promise<void>;
  /** Everything up to this record is dealt with, in all lanes. */
  readonly advance: (record: StreamRecord) => void;
  readonly signal: AbortSignal;
}): StreamLanes {
  const { count, batchSize, deliver, signal } = options;
  const lanes = Array.from({ length: count }, (): Lane => ({ waiting: [], running: undefined }));
  /** In the stream's order: the position may not pass the first that is not done. */
  let open: Entry[] = [];

  const finish = (batch: readonly Entry[], until: StreamRecord): void => {
    for (const entry of batch) {
      entry.isDone = true;
      if (entry.record === until) break;
    }
    const firstOpen = open.findIndex(({ isDone }) => !isDone);
    const done = firstOpen < 0 ? open : open.slice(0, firstOpen);
    const last = done.at(-1);
    if (last === undefined) return;
    open = open.slice(done.length);
    options.advance(last.record);
  };

  const run = async (lane: Lane): Promise<void> => {
    while (lane.waiting.length > 0 && !signal.aborted) {
      const batch = lane.waiting.splice(0, batchSize);
      await deliver(
        batch.map(({ record }) => record),
        (record) => finish(batch, record),
      );
    }
    lane.running = undefined;
  };

  return {
    add: (records) => {
      for (const record of records) {
        const entry = { record, isDone: false };
        open.push(entry);
        lanes[laneOf(record, count)]?.waiting.push(entry);
      }
      for (const lane of lanes) if (lane.waiting.length > 0) lane.running ??= run(lane);
    },
    room: async () => {
      while (true) {
        const running = lanes.flatMap((lane) => lane.running ?? []);
        const waiting = lanes.reduce((sum, lane) => sum + lane.waiting.length, 0);
        if (running.length < count && waiting < count * batchSize) return;
        if (signal.aborted) return;
        await Promise.race(running);
      }
    },
    isDone: () => open.length === 0,
    settle: async () => {
      await Promise.all(lanes.flatMap(({ running }) => running ?? []));
    },
  };
}

function laneOf({ dynamodb }: StreamRecord, count: number): number {
  if (count === 1) return 0;
  // One engine gives the attributes of a key in an order that changes.
  const key = Object.entries(dynamodb["Keys"] as object).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("md5").update(JSON.stringify(key)).digest().readUInt32BE(0) % count;
}
