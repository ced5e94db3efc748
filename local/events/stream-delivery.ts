import type { EventSourceModel } from "../assembly/model.ts";
import type { FunctionInvoker, InvocationResult } from "../functions/invocation.ts";
import { failedItems } from "./batch-failures.ts";
import { pause, type EventLog } from "./event-log.ts";
import type { StreamRecord } from "./stream-record.ts";

export type StreamSourceModel = Extract<EventSourceModel, { type: "stream" }>;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** One engine cuts creation times to the minute: no record is called too old before it surely is. */
const CLOCK_CUT_MS = 60_000;

/** What became of records that will not be tried again. */
export interface Discard {
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly records: readonly StreamRecord[];
  readonly invokeCount: number;
  readonly result: InvocationResult | undefined;
}

export interface Delivery {
  readonly source: StreamSourceModel;
  readonly invoker: FunctionInvoker;
  readonly cause: string;
  readonly log: EventLog;
  readonly signal: AbortSignal;
  /** Everything up to this record is dealt with. */
  readonly advance: (record: StreamRecord) => void;
  readonly discard: (discard: Discard) => void;
}

interface Part {
  readonly records: readonly StreamRecord[];
  readonly failures: number;
  readonly lastResult?: InvocationResult;
}

/**
 * Delivers one batch in order, with the retries, bisecting and giving up of the mapping; resolves when
 * all of it is dealt with, or when the signal has ended it in between.
 */
export async function deliverBatch(delivery: Delivery, batch: readonly StreamRecord[]): Promise<void> {
  const { source, signal } = delivery;
  /** In order: a part is dealt with before the next one is begun. */
  const parts: Part[] = [{ records: batch, failures: 0 }];
  while (!signal.aborted) {
    const part = parts.shift();
    if (part === undefined) return;
    const fresh = dropOld(delivery, part);
    if (fresh.length === 0) continue;
    const result = await delivery.invoker.invoke(
      source.functionId,
      { Records: fresh },
      { cause: delivery.cause },
    );
    const rest = afterSuccessOf(delivery, fresh, result);
    if (rest.length === 0) continue;
    parts.unshift(...next(delivery, part, fresh, rest, result));
    const failures = parts[0]?.failures ?? 0;
    if (failures > 0) await pause(Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS), signal);
  }
}

/** What is left to do after an invocation; the position is moved to before it. */
function afterSuccessOf(
  { source, advance, log }: Delivery,
  records: readonly StreamRecord[],
  result: InvocationResult,
): readonly StreamRecord[] {
  if (result.type !== "ok") return records;
  const failed = source.reportItemFailures
    ? failedItems(result.payload, new Set(records.map(sequenceNumber)))
    : new Set<string>();
  if (failed === undefined) {
    const message = "The report of item failures is not valid: the whole batch counts as failed.";
    log({ level: "warning", source: source.id, message });
    return records;
  }
  // The lowest failure is the checkpoint: everything from it on is tried again, as on the service.
  const first = records.findIndex((record) => failed.has(sequenceNumber(record)));
  const done = first < 0 ? records : records.slice(0, first);
  const last = done.at(-1);
  if (last !== undefined) advance(last);
  return first < 0 ? [] : records.slice(first);
}

/** The parts that take the place of one that failed. */
function next(
  delivery: Delivery,
  part: Part,
  tried: readonly StreamRecord[],
  rest: readonly StreamRecord[],
  result: InvocationResult,
): readonly Part[] {
  const { source, log } = delivery;
  const progress = rest.length < tried.length;
  // Neither cutting at the reported record nor halving counts as a retry.
  if (source.bisectOnError && rest.length > 1) {
    const middle = progress ? rest.length : Math.ceil(rest.length / 2);
    return [rest.slice(0, middle), rest.slice(middle)]
      .filter((records) => records.length > 0)
      .map((records) => ({ records, failures: part.failures, lastResult: result }));
  }
  const failures = progress ? 1 : part.failures + 1;
  if (source.maxRetries !== undefined && failures > source.maxRetries) {
    const message = `Gave up on ${rest.length} record(s) after ${failures} attempt(s).`;
    log({ level: "warning", source: source.id, message });
    giveUp(delivery, { condition: "RetryAttemptsExhausted", records: rest, invokeCount: failures, result });
    return [];
  }
  return [{ records: rest, failures, lastResult: result }];
}

function dropOld(delivery: Delivery, { records, failures, lastResult }: Part): readonly StreamRecord[] {
  const { maxRecordAgeSeconds } = delivery.source;
  if (maxRecordAgeSeconds === undefined) return records;
  const oldest = Date.now() - maxRecordAgeSeconds * 1_000;
  const old = records.filter((record) => createdAtMost(record) < oldest);
  if (old.length === 0) return records;
  giveUp(delivery, {
    condition: "RecordAgeExceeded",
    records: old,
    invokeCount: failures,
    result: lastResult,
  });
  return records.filter((record) => !old.includes(record));
}

function giveUp({ advance, discard }: Delivery, lost: Discard): void {
  discard(lost);
  const last = lost.records.at(-1);
  if (last !== undefined) advance(last);
}

function createdAtMost({ dynamodb }: StreamRecord): number {
  const createdAt = dynamodb.ApproximateCreationDateTime * 1_000;
  return createdAt % CLOCK_CUT_MS === 0 ? createdAt + CLOCK_CUT_MS : createdAt;
}

function sequenceNumber(record: StreamRecord): string {
  return record.dynamodb.SequenceNumber;
}

/** What Lambda sends to a mapping's on-failure destination. */
export function failureMessage(
  { condition, records, invokeCount, result }: Discard,
  about: { readonly functionArn: string; readonly shardId: string; readonly streamArn: string },
): unknown {
  const time = (record: StreamRecord | undefined): string =>
    new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1_000).toISOString();
  return {
    requestContext: {
      requestId: result?.requestId ?? "",
      functionArn: `${about.functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    ...(result === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: "$LATEST",
            functionError: result.type === "ok" ? null : "Unhandled",
          },
        }),
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: about.shardId,
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: time(records[0]),
      approximateArrivalOfLastRecord: time(records.at(-1)),
      batchSize: records.length,
      streamArn: about.streamArn,
    },
  };
}
