import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { queueSentence } from "../rights/sentences.ts";
import type { RefusalOf } from "../rights/service-rights.ts";
import { answerJson, readBody } from "../serving/request-body.ts";
import { md5, md5OfAttributes, systemAttributes } from "./message-attributes.ts";
import type { FindQueue, QueueHandle } from "./queue-handle.ts";
import type { Message, MessageAttributes } from "./queue.ts";
import {
  integer,
  invalid,
  namesOf,
  noQueue,
  parseInput,
  receiptHandle,
  SqsError,
  sizeOf,
  text,
  type Fields,
} from "./sqs-input.ts";

/** Where the queue service answers, on the same port as the APIs. */
export const QUEUE_PATH = "/_aws/sqs";

/** Bytes of one message, and of a batch together. */
const SIZE_LIMIT = 1024 * 1024;
const BATCH_LIMIT = 10;
/** A full batch, each of its bytes escaped. */
const REQUEST_LIMIT = 8 * SIZE_LIMIT;

interface Service {
  readonly find: FindQueue;
  readonly now: () => number;
  readonly accountId: string;
  /** Every call may be made where it is absent. */
  readonly refusalOf?: RefusalOf | undefined;
}

interface Call {
  readonly service: Service;
  readonly input: Fields;
  /** `http://host:port` as the caller sees it. */
  readonly origin: string;
  /** X-Ray's, which the SDK passes on from the function it runs in. */
  readonly traceHeader: string | undefined;
  readonly signal: AbortSignal;
}

type Action = (call: Call) => Fields | Promise<Fields>;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["SendMessage", (call) => send(call, call.input)],
  ["SendMessageBatch", (call) => batch(call.input, (entry) => send(call, entry))],
  ["ReceiveMessage", receive],
  ["DeleteMessage", ({ input, service }) => remove(queueOf(input, service), input)],
  [
    "DeleteMessageBatch",
    ({ input, service }) => batch(input, (entry) => remove(queueOf(input, service), entry)),
  ],
  ["ChangeMessageVisibility", (call) => changeVisibility(call, call.input)],
  ["ChangeMessageVisibilityBatch", (call) => batch(call.input, (entry) => changeVisibility(call, entry))],
  ["GetQueueUrl", getQueueUrl],
  ["GetQueueAttributes", getQueueAttributes],
  ["PurgeQueue", purge],
]);

/** Answers one request of SQS's AWS JSON 1.0 protocol; rejects, once answered, with what was unexpected. */
export async function answerSqs(service: Service, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const aborted = new AbortController();
  res.on("close", () => aborted.abort());
  const target = String(req.headers["x-amz-target"]).replace(/^AmazonSQS\./, "");
  try {
    const action = ACTIONS.get(target);
    if (action === undefined) throw new SqsError("UnsupportedOperation", `${target} is not served locally`);
    const origin = `http://${req.headers.host ?? "127.0.0.1"}`;
    const body = await readBody(req, REQUEST_LIMIT);
    if (body.type === "aborted") return;
    if (body.type === "too-large") throw invalid("The request is too large.");
    const input = parseInput(body.body);
    const queue = queueNamed(input, service);
    // A batch is authorized as what it consists of.
    const right = `sqs:${target.replace(/Batch$/, "")}`;
    const refusal = queue && service.refusalOf?.(req.headers, right, queue.model.arn);
    if (refusal !== undefined) {
      res.setHeader("x-amzn-query-error", "AccessDenied;Sender");
      const __type = "com.amazon.coral.service#AccessDeniedException";
      return respond(res, 403, { __type, message: queueSentence(refusal) });
    }
    const header = req.headers["x-amzn-trace-id"];
    const traceHeader = typeof header === "string" ? header : undefined;
    respond(res, 200, await action({ service, input, origin, traceHeader, signal: aborted.signal }));
  } catch (error) {
    if (!(error instanceof SqsError)) {
      respond(res, 500, {
        __type: "com.amazonaws.sqs#InternalFailure",
        message: "The local queue service failed",
      });
      throw error;
    }
    res.setHeader("x-amzn-query-error", `${error.queryCode};Sender`);
    respond(res, 400, { __type: `com.amazonaws.sqs#${error.type}`, message: error.message });
  }
}

function send({ service, input, traceHeader }: Call, entry: Fields): Fields {
  const handle = queueOf(input, service);
  const body = text(entry, "MessageBody");
  const attributes = (entry["MessageAttributes"] ?? {}) as MessageAttributes;
  if (body === "") throw invalid("MessageBody must not be empty");
  if (Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(attributes)) > SIZE_LIMIT) {
    throw invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${SIZE_LIMIT} bytes.`,
    );
  }
  const delay = integer(entry, "DelaySeconds", 0, 900);
  const message = handle.send(body, attributes, delay, traceHeader);
  const attributesMd5 = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(body),
    ...(attributesMd5 === undefined ? {} : { MD5OfMessageAttributes: attributesMd5 }),
  };
}

async function receive({ service, input, signal }: Call): Promise<Fields> {
  const handle = queueOf(input, service);
  const visibility = integer(input, "VisibilityTimeout", 0, 43_200);
  const messages = await handle.receive({
    max: integer(input, "MaxNumberOfMessages", 1, 10) ?? 1,
    waitMs: (integer(input, "WaitTimeSeconds", 0, 20) ?? 0) * 1_000,
    signal,
    ...(visibility === undefined ? {} : { visibilitySeconds: visibility }),
  });
  const system = namesOf(input, "MessageSystemAttributeNames", "AttributeNames");
  const custom = namesOf(input, "MessageAttributeNames");
  const Messages = messages.map((message) => received(message, service.accountId, system, custom));
  return Messages.length === 0 ? {} : { Messages };
}

function received(
  message: Message,
  accountId: string,
  system: (name: string) => boolean,
  custom: (name: string) => boolean,
): Fields {
  const attributes = Object.entries(systemAttributes(message, accountId)).filter(([name]) => system(name));
  const chosen = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => custom(name)));
  const attributesMd5 = md5OfAttributes(chosen);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
    ...(attributesMd5 === undefined
      ? {}
      : { MessageAttributes: chosen, MD5OfMessageAttributes: attributesMd5 }),
  };
}

function remove({ queue }: QueueHandle, input: Fields): Fields {
  queue.remove(receiptHandle(input));
  return {};
}

function changeVisibility({ service, input }: Call, entry: Fields): Fields {
  const { queue } = queueOf(input, service);
  const seconds = integer(entry, "VisibilityTimeout", 0, 43_200) ?? 0;
  if (!queue.changeVisibility(service.now(), receiptHandle(entry), seconds)) {
    throw new SqsError("MessageNotInflight", "The message is not in flight");
  }
  return {};
}

function getQueueUrl({ service, input, origin }: Call): Fields {
  const name = text(input, "QueueName");
  if (service.find({ name }) === undefined) throw noQueue(name);
  return { QueueUrl: `${origin}${QUEUE_PATH}/${service.accountId}/${name}` };
}

function getQueueAttributes({ service, input }: Call): Fields {
  const { model, queue } = queueOf(input, service);
  const counts = queue.counts(service.now());
  const all = {
    QueueArn: model.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    DelaySeconds: String(model.delaySeconds),
    VisibilityTimeout: String(model.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(model.retentionSeconds),
    MaximumMessageSize: String(SIZE_LIMIT),
    ReceiveMessageWaitTimeSeconds: "0",
    ...(model.redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: model.redrive.deadLetterArn,
            maxReceiveCount: model.redrive.maxReceiveCount,
          }),
        }),
  };
  const wanted = namesOf(input, "AttributeNames");
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => wanted(name))) };
}

function purge({ service, input }: Call): Fields {
  queueOf(input, service).queue.purge();
  return {};
}

/** Each entry by itself: one that is refused does not hold the others back. */
function batch(input: Fields, one: (entry: Fields) => Fields): Fields {
  const entries = (Array.isArray(input["Entries"]) ? input["Entries"] : []) as Fields[];
  const ids = entries.map((entry) => text(entry, "Id"));
  if (entries.length === 0) throw new SqsError("EmptyBatchRequest", "There should be at least one entry.");
  if (entries.length > BATCH_LIMIT) {
    throw new SqsError("TooManyEntriesInBatchRequest", `Maximum number of entries is ${BATCH_LIMIT}.`);
  }
  if (new Set(ids).size < ids.length) {
    throw new SqsError("BatchEntryIdsNotDistinct", "Two or more entries have the same id.");
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry["MessageBody"]), 0) > SIZE_LIMIT) {
    throw new SqsError("BatchRequestTooLong", `Batch requests cannot be longer than ${SIZE_LIMIT} bytes.`);
  }
  const Successful: Fields[] = [];
  const Failed: Fields[] = [];
  for (const entry of entries) {
    const Id = text(entry, "Id");
    try {
      Successful.push({ Id, ...one(entry) });
    } catch (error) {
      if (!(error instanceof SqsError) || error.type === "QueueDoesNotExist") throw error;
      Failed.push({ Id, Code: error.queryCode, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length === 0 ? {} : { Failed }) };
}

function queueOf(input: Fields, service: Service): QueueHandle {
  const name = text(input, "QueueUrl").split("/").at(-1) ?? "";
  const handle = service.find({ name });
  if (handle === undefined) throw noQueue(name);
  return handle;
}

/** By its address, or by the name it is asked for with; undefined where there is none. */
function queueNamed(
  { QueueUrl: url, QueueName: name }: Fields,
  service: Pick<Service, "find">,
): QueueHandle | undefined {
  const named = typeof url === "string" ? url.split("/").at(-1) : name;
  return typeof named === "string" ? service.find({ name: named }) : undefined;
}

function respond(res: ServerResponse, status: number, body: Fields): void {
  answerJson(res, status, body, {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": randomUUID(),
  });
}
