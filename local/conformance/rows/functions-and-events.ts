import { area } from "../row.ts";
import {
  EVENTBRIDGE,
  LAMBDA_BATCHING,
  LAMBDA_CONFIG,
  LAMBDA_CONTEXT,
  LAMBDA_FILTERS,
  LAMBDA_LOGS,
  LAMBDA_RECURSION,
  LAMBDA_RUNTIME,
  LAMBDA_SCALING,
  LAMBDA_SQS,
  LAMBDA_SQS_ERRORS,
  LAMBDA_STREAMS,
  LAMBDA_STREAM_ERRORS,
  LAMBDA_VARIABLES,
  SQS_ATTRIBUTES,
  SQS_DELAY,
  SQS_REDRIVE,
  SQS_VISIBILITY,
  WS_BACKEND,
} from "../sources.ts";

export const FUNCTIONS = area("Functions", [
  [
    "function.warm",
    "documented",
    LAMBDA_RUNTIME,
    "A first call starts a process, a second one finds it warm with what its module holds.",
  ],
  [
    "function.exclusive",
    "documented",
    LAMBDA_SCALING,
    "A process serves one request at a time; a second request at once gets a second process.",
  ],
  [
    "function.limit",
    "documented",
    LAMBDA_SCALING,
    "No more processes run than are reserved; what comes beyond waits its turn.",
  ],
  [
    "function.timeout",
    "documented",
    LAMBDA_CONFIG,
    "A timeout kills the process, and the next call starts a new one.",
  ],
  ["function.crash", "documented", LAMBDA_RUNTIME, "A crash loses its own request only."],
  ["function.throw", "documented", LAMBDA_RUNTIME, "A handler that throws leaves its process warm."],
  [
    "function.init-error",
    "documented",
    LAMBDA_RUNTIME,
    "A module that does not load fails the call, and says why.",
  ],
  [
    "function.environment",
    "documented",
    LAMBDA_VARIABLES,
    "The environment is the template's and the runtime's: nothing of the machine's own.",
  ],
  [
    "function.memory",
    "documented",
    LAMBDA_CONFIG,
    "The memory is the template's, and a function that takes more is ended.",
  ],
  [
    "function.context",
    "documented",
    LAMBDA_CONTEXT,
    "The context tells request id, function, ARN, memory and the time that is left.",
  ],
  [
    "function.callback",
    "documented",
    WS_BACKEND,
    "Code reaches a connection at `https://{domainName}/{stage}` of its event, with each verb of `@connections`.",
  ],
  [
    "function.api-host",
    "documented",
    WS_BACKEND,
    "It reaches it at `https://{apiId}.execute-api.{region}.amazonaws.com/{stage}` too.",
  ],
  ["function.logs", "documented", LAMBDA_LOGS, "What a function prints is told apart by its request id."],
]);

export const QUEUES = area("Queues", [
  [
    "queue.event",
    "documented",
    LAMBDA_SQS,
    "A message arrives as a record with id, receipt handle, attributes, MD5 and the queue's ARN.",
  ],
  ["queue.delay", "documented", SQS_DELAY, "A message with a delay is delivered after it, not before."],
  ["queue.batch", "documented", LAMBDA_BATCHING, "No batch is larger than the mapping's batch size."],
  [
    "queue.window",
    "documented",
    LAMBDA_BATCHING,
    "With a window, messages that come one after another share a batch.",
  ],
  [
    "queue.visibility",
    "documented",
    SQS_VISIBILITY,
    "A message whose batch failed comes back after the visibility timeout, counted.",
  ],
  [
    "queue.partial",
    "documented",
    LAMBDA_SQS_ERRORS,
    "Of a reported partial failure only the named messages come back.",
  ],
  ["queue.done", "documented", LAMBDA_SQS, "A message whose batch succeeded is deleted."],
  [
    "queue.redrive",
    "documented",
    SQS_REDRIVE,
    "A message received too often moves to the dead-letter queue.",
  ],
  [
    "queue.trace",
    "documented",
    SQS_ATTRIBUTES,
    "A message that a function sends carries the function's trace header.",
  ],
  [
    "queue.loop",
    "documented",
    LAMBDA_RECURSION,
    "A function that feeds its own queue is run 16 times in a chain; then the message goes the way of failed ones.",
  ],
  ["queue.loop-allowed", "documented", LAMBDA_RECURSION, "With `RecursiveLoop: Allow` the chain goes on."],
]);

export const STREAMS = area("Table streams", [
  [
    "stream.event",
    "documented",
    LAMBDA_STREAMS,
    "A change arrives as a record with event name, keys, images, sequence number and the stream's ARN.",
  ],
  ["stream.order", "documented", LAMBDA_STREAMS, "The changes of an item arrive in their order."],
  ["stream.batch", "documented", LAMBDA_BATCHING, "No batch is larger than the mapping's batch size."],
  [
    "stream.window",
    "documented",
    LAMBDA_BATCHING,
    "With a window, changes that come one after another share a batch.",
  ],
  [
    "stream.parallel",
    "documented",
    LAMBDA_STREAMS,
    "With a parallelization factor, batches of one shard are under way at once: a record that fails holds up its lane alone.",
  ],
  [
    "stream.parallel-order",
    "documented",
    LAMBDA_STREAMS,
    "With a parallelization factor, the changes of an item still arrive in their order.",
  ],
  ["stream.filter", "documented", LAMBDA_FILTERS, "Only what one of the filters matches is delivered."],
  [
    "stream.retries",
    "documented",
    LAMBDA_STREAMS,
    "A failed batch is tried again as often as the mapping says, then given up.",
  ],
  [
    "stream.on-failure",
    "documented",
    LAMBDA_STREAM_ERRORS,
    "What is given up is told to the on-failure queue by its place in the stream.",
  ],
  [
    "stream.bisect",
    "documented",
    LAMBDA_STREAMS,
    "A failed batch is halved until the bad record stands alone; the good ones are delivered.",
  ],
  [
    "stream.partial",
    "documented",
    LAMBDA_STREAMS,
    "Of a reported partial failure everything from the named record on is delivered again.",
  ],
]);

export const SCHEDULES = area("Schedules", [
  [
    "schedule.event",
    "documented",
    EVENTBRIDGE,
    "A rule with a rate invokes its function with a scheduled event at each multiple of the rate.",
  ],
  ["schedule.input", "documented", EVENTBRIDGE, "A target's constant input takes the event's place."],
]);
