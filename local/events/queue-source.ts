import type { EventSourceModel } from "../assembly/model.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import { CHAIN_LIMIT, isChainUsedUp } from "../functions/trace-header.ts";
import { failedItems } from "./batch-failures.ts";
import type { EventLog } from "./event-log.ts";
import { passesFilters } from "./filter-pattern.ts";
import { md5, md5OfAttributes, systemAttributes } from "./message-attributes.ts";
import type { QueueHandle } from "./queue-handle.ts";
import type { Message, MessageAttribute } from "./queue.ts";

export type QueueSourceModel = Extract<EventSourceModel, { type: "queue" }>;

/** Batches at a time, where the template does not say: the service starts with five pollers. */
const DEFAULT_CONCURRENCY = 5;
const WAIT_MS = 20_000;

/** Delivers a queue's messages to its function until the signal ends it; resolves when no batch is in flight. */
export async function runQueueSource(options: {
  readonly source: QueueSourceModel;
  readonly queue: QueueHandle;
  readonly accountId: string;
  readonly invoker: FunctionInvoker;
  readonly log: EventLog;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { source, signal } = options;
  const limit = source.maxConcurrency ?? DEFAULT_CONCURRENCY;
  const inFlight = new Set<Promise<void>>();
  while (!signal.aborted) {
    const messages = await collect(options.queue, source, signal);
    // What came in together with the end of the source is delivered still: its visibility has begun.
    if (messages.length === 0) continue;
    const batch = deliver(options.queue, messages, options).finally(() => inFlight.delete(batch));
    inFlight.add(batch);
    if (inFlight.size >= limit) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
}

/** A full batch, or what came in the window that the first message opens. */
async function collect(
  handle: QueueHandle,
  source: QueueSourceModel,
  signal: AbortSignal,
): Promise<readonly Message[]> {
  const batch = [...(await handle.receive({ max: source.batchSize, waitMs: WAIT_MS, signal }))];
  const end = Date.now() + source.batchWindowSeconds * 1_000;
  while (batch.length > 0 && batch.length < source.batchSize && Date.now() < end && !signal.aborted) {
    const max = source.batchSize - batch.length;
    batch.push(...(await handle.receive({ max, waitMs: end - Date.now(), signal })));
  }
  return batch;
}

async function deliver(
  { model, queue }: QueueHandle,
  messages: readonly Message[],
  options: Parameters<typeof runQueueSource>[0],
): Promise<void> {
  const { source, accountId } = options;
  const remove = (message: Message): void => queue.remove(message.receiptHandle ?? "");
  const wanted = messages.filter((message) =>
    passes(source.filters, toRecord(message, model.arn, accountId)),
  );
  // The service deletes what the filters leave out.
  for (const message of messages) if (!wanted.includes(message)) remove(message);
  // A message of a loop does not take down those it happens to arrive with.
  const isLooping = ({ traceHeader }: Message): boolean => isChainUsedUp(source.functionId, traceHeader);
  const batches = [wanted.filter((message) => !isLooping(message)), wanted.filter(isLooping)];
  await Promise.all(
    batches.filter(({ length }) => length > 0).map((batch) => invokeWith(batch, { model, queue }, options)),
  );
}

async function invokeWith(
  wanted: readonly Message[],
  { model, queue }: Pick<QueueHandle, "model" | "queue">,
  { source, invoker, log, accountId }: Parameters<typeof runQueueSource>[0],
): Promise<void> {
  const remove = (message: Message): void => queue.remove(message.receiptHandle ?? "");
  const event = { Records: wanted.map((message) => toRecord(message, model.arn, accountId)) };
  const result = await invoker.invoke(source.functionId, event, {
    cause: `queue ${model.name}`,
    traceHeaders: wanted.flatMap(({ traceHeader }) => traceHeader ?? []),
  });
  if (result.type === "error" && result.errorType === "RecursiveInvocationException") {
    const message = `A loop is stopped at ${wanted.length} message(s) of ${model.name}: its function has run ${CHAIN_LIMIT} times in their chain, and its RecursiveLoop is not Allow.`;
    log({ level: "warning", source: source.id, message });
  }
  // After an error or a timeout the messages come back by themselves, when their visibility ends.
  if (result.type !== "ok") return;
  if (!source.reportItemFailures) return wanted.forEach(remove);
  const failed = failedItems(result.payload, new Set(wanted.map(({ id }) => id)));
  if (failed === undefined) {
    log({
      level: "warning",
      source: source.id,
      message: "The report of item failures is not valid: the whole batch counts as failed.",
    });
    return;
  }
  for (const message of wanted) if (!failed.has(message.id)) remove(message);
}

/** Patterns on the body see it parsed if it is JSON; a pattern for JSON drops a plain text and the other way round. */
function passes(filters: readonly unknown[], record: ReturnType<typeof toRecord>): boolean {
  if (filters.length === 0) return true;
  return passesFilters(filters, { ...record, body: parsedIfObject(record.body) });
}

function parsedIfObject(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? parsed : body;
  } catch {
    return body;
  }
}

function toRecord(message: Message, arn: string, accountId: string) {
  const attributes = Object.entries(message.attributes);
  const attributesMd5 = md5OfAttributes(message.attributes);
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message, accountId),
    messageAttributes: Object.fromEntries(
      attributes.map(([name, attribute]) => [name, toAttribute(attribute)]),
    ),
    ...(attributesMd5 === undefined ? {} : { md5OfMessageAttributes: attributesMd5 }),
    md5OfBody: md5(message.body),
    eventSource: "aws:sqs",
    eventSourceARN: arn,
    awsRegion: arn.split(":")[3],
  };
}

function toAttribute(attribute: MessageAttribute) {
  return {
    ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
    ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: attribute.DataType,
  };
}
