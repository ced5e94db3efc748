import type { EventSourceModel, QueueModel, TableModel } from "../assembly/model.ts";
import type { Rights } from "./rights.ts";

/** What Lambda asks of a role before it reads a stream for its function. */
const STREAM_ACTIONS = ["GetRecords", "GetShardIterator", "DescribeStream"];
const QUEUE_ACTIONS = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

interface Sources {
  readonly tables: readonly TableModel[];
  readonly queues: readonly QueueModel[];
}

/**
 * The service's sentence where the function's role lacks what its event source needs: Lambda reads it with that
 * role, and makes no mapping without.
 */
export function sourceRefusal(
  rights: Pick<Rights, "ofFunction">,
  source: EventSourceModel,
  { tables, queues }: Sources,
): string | undefined {
  const caller = rights.ofFunction(source.functionId);
  if (caller === undefined) return undefined;
  const lacks = (action: string, resource: string): boolean =>
    caller.refusalOf(action, resource) !== undefined;
  const lacksQueue = (actions: readonly string[], arn: string): string | undefined => {
    const missing = actions.find((action) => lacks(`sqs:${action}`, arn));
    return missing === undefined
      ? undefined
      : `The provided execution role does not have permissions to call ${missing} on SQS`;
  };
  if (source.type === "queue") {
    const queue = queues.find(({ id }) => id === source.queueId);
    return queue === undefined ? undefined : lacksQueue(QUEUE_ACTIONS, queue.arn);
  }
  const table = tables.find(({ id }) => id === source.tableId);
  if (table === undefined) return undefined;
  const stream = `${table.arn}/stream/local`;
  const needs = [
    ...STREAM_ACTIONS.map((action) => ({ action, on: stream })),
    // Of the table's streams, whichever they are.
    { action: "ListStreams", on: `${table.arn}/stream/*` },
  ];
  if (needs.some(({ action, on }) => lacks(`dynamodb:${action}`, on))) {
    return `Cannot access stream ${stream}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`;
  }
  const failures = source.onFailureQueueArn;
  return failures === undefined ? undefined : lacksQueue(["SendMessage"], failures);
}
