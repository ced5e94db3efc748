import { Duration } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { EventSourceMapping, type IFunction, StartingPosition } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { TABLE_SHAPE } from "../lambdas/store/table-shape.ts";
import type { Settings } from "./settings.ts";

const presence = (newState: readonly string[], oldState: readonly string[]) => ({
  dynamodb: {
    Keys: { [TABLE_SHAPE.sortKey]: { S: [TABLE_SHAPE.sortKeys.user] } },
    NewImage: { state: { S: newState } },
    OldImage: { state: { S: oldState } },
  },
});

/** Transitions of the user item that somebody must hear of or that the worker must complete. */
const PRESENCE_FILTERS = [
  presence(["on"], ["off"]),
  presence(["leaving"], ["on"]),
  presence(["off"], ["on", "leaving"]),
];

const inserted = (prefix: string): object => ({
  eventName: ["INSERT"],
  dynamodb: { Keys: { [TABLE_SHAPE.sortKey]: { S: [{ prefix }] } } },
});

/** Messages appended to a conversation, and changes of messages. */
const APPEND_FILTERS = [
  inserted(TABLE_SHAPE.sortKeys.messagePrefix),
  inserted(TABLE_SHAPE.sortKeys.changePrefix),
];

/** Lambda's limit for one shard. */
const MOST_BATCHES_AT_ONCE = 10;

export interface WorkerSourcesProps {
  readonly settings: Settings;
  readonly worker: IFunction;
  readonly table: Table;
  readonly queue: IQueue;
  /** Where records of the stream go that were given up. */
  readonly streamDeadLetters: IQueue;
}

/** What wakes the worker: the table's stream twice, the queue of its own delayed jobs, and the clock. */
export class WorkerSources extends Construct {
  constructor(scope: Construct, id: string, props: WorkerSourcesProps) {
    super(scope, id);
    const { settings, worker, queue } = props;
    // A crowd that comes back at once is told of in ten batches side by side; a user's transitions stay in order.
    this.#readStream("Presence", props, PRESENCE_FILTERS, 0, MOST_BATCHES_AT_ONCE);
    // In one batch a conversation's messages cost one look at its head, spread over ten they would cost ten.
    // Sends look after their conversation themselves: this finds the ones that died, so it can wait and gather.
    this.#readStream("Appends", props, APPEND_FILTERS, settings.appendsWindowSeconds, 1);
    new EventSourceMapping(this, "Queue", {
      target: worker,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
    new Rule(this, "Sweep", {
      description: "Puts presence right that a lost $disconnect left behind",
      schedule: Schedule.rate(Duration.minutes(settings.sweepMinutes)),
      targets: [new LambdaFunction(worker, { event: RuleTargetInput.fromObject({ type: "sweep" }) })],
    });
  }

  #readStream(
    id: string,
    props: WorkerSourcesProps,
    filters: readonly object[],
    windowSeconds: number,
    batchesAtOnce: number,
  ): void {
    const { table, streamDeadLetters } = props;
    if (table.tableStreamArn === undefined) throw new Error("The table has no stream");
    new EventSourceMapping(this, id, {
      target: props.worker,
      eventSourceArn: table.tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: filters.map((filter) => ({ pattern: JSON.stringify(filter) })),
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(windowSeconds),
      // Records of one item are never in two batches at once.
      parallelizationFactor: batchesAtOnce,
      // What the worker can report goes on through its queue after half a minute. This is for what it cannot: a
      // record that ends the process or that nobody can read holds up its lane for so long, then it is given up.
      // Not sooner, since records that wait while nothing runs at all are given up by the same limit, untried.
      maxRecordAge: Duration.hours(6),
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      onFailure: { bind: () => ({ destination: streamDeadLetters.queueArn }) },
    });
  }
}
