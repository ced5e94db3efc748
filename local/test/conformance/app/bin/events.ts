import { Duration, type Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import {
  CfnEventSourceMapping,
  RecursiveLoop,
  StartingPosition,
  type Function as Lambda,
} from "aws-cdk-lib/aws-lambda";
import {
  DynamoEventSource,
  SqsDlq,
  SqsEventSource,
  type DynamoEventSourceProps,
} from "aws-cdk-lib/aws-lambda-event-sources";
import {
  ContextAttribute,
  Schedule as SchedulerSchedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke, SqsSendMessage } from "aws-cdk-lib/aws-scheduler-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { FunctionOptions } from "./function-options.ts";

/** Each mapping sees the items whose partition key begins with its name: one table, one behaviour a mapping. */
export function addEvents(stack: Stack, lambda: (name: string, options?: FunctionOptions) => Lambda): void {
  const consumer = lambda("Consumer", { processes: 1 });
  const ticker = lambda("Ticker");
  const table = new dynamodb.Table(stack, "Items", {
    tableName: "items",
    partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
    sortKey: { name: "sk", type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
  });
  const given = new Queue(stack, "GivenUp", { queueName: "given-up" });
  const read = (prefix: string, options: Partial<DynamoEventSourceProps>, patterns: object[] = []): void => {
    const own = { dynamodb: { Keys: { pk: { S: [{ prefix: `${prefix}#` }] } } } };
    lambda(`Reader-${prefix}`, { processes: 1 }).addEventSource(
      new DynamoEventSource(table as dynamodb.ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: (patterns.length === 0 ? [own] : patterns).map((one) => ({ pattern: JSON.stringify(one) })),
        ...options,
      }),
    );
  };
  read("plain", { batchSize: 10 }, [
    { dynamodb: { Keys: { pk: { S: [{ prefix: "plain#" }] } } } },
    {
      eventName: ["INSERT"],
      dynamodb: {
        Keys: { pk: { S: [{ prefix: "filtered#" }] } },
        NewImage: { kind: { S: ["wanted"] } },
      },
    },
  ]);
  const second = Duration.seconds(1);
  read("batched", { batchSize: 3, maxBatchingWindow: second });
  read("retried", { batchSize: 10, retryAttempts: 2, onFailure: new SqsDlq(given) });
  read("bisected", { batchSize: 4, maxBatchingWindow: second, retryAttempts: 0, bisectBatchOnError: true });
  read("reported", { batchSize: 3, maxBatchingWindow: second, reportBatchItemFailures: true });

  read("parallel", { batchSize: 1, parallelizationFactor: 10, retryAttempts: 3 });

  const visibilityTimeout = second;
  const dead = new Queue(stack, "Dead", { queueName: "dead" });
  const queue = (id: string, queueName: string, redrive = false): Queue =>
    new Queue(stack, id, {
      queueName,
      visibilityTimeout,
      ...(redrive ? { deadLetterQueue: { queue: dead, maxReceiveCount: 2 } } : {}),
    });
  consumer.addEventSource(new SqsEventSource(queue("Plain", "plain"), { batchSize: 3 }));
  consumer.addEventSource(
    new SqsEventSource(queue("Reported", "reported"), {
      batchSize: 5,
      maxBatchingWindow: second,
      reportBatchItemFailures: true,
    }),
  );
  consumer.addEventSource(new SqsEventSource(queue("Doomed", "doomed", true), { batchSize: 1 }));

  new CfnEventSourceMapping(stack, "WithoutRights", {
    functionName: lambda("Stranger").functionName,
    eventSourceArn: queue("Closed", "closed").queueArn,
  });

  const stopped = new Queue(stack, "Stopped", { queueName: "stopped" });
  // Longer than any invocation takes: a message that came twice would make two chains of one.
  const patient = { visibilityTimeout: Duration.seconds(5) };
  const looping = new Queue(stack, "Looping", {
    ...patient,
    queueName: "looping",
    deadLetterQueue: { queue: stopped, maxReceiveCount: 1 },
  });
  const loop = (name: string, queue: Queue, options: FunctionOptions = {}): void => {
    const looper = lambda(name, options);
    looper.addEventSource(new SqsEventSource(queue, { batchSize: 1 }));
    queue.grantSendMessages(looper);
  };
  loop("Looper", looping);
  const free = new Queue(stack, "FreeLooping", { ...patient, queueName: "free-looping" });
  loop("FreeLooper", free, { recursiveLoop: RecursiveLoop.ALLOW });

  const schedule = Schedule.rate(Duration.minutes(5));
  new Rule(stack, "Tick", { schedule, targets: [new LambdaFunction(ticker)] });
  new Rule(stack, "TickWithInput", {
    schedule,
    targets: [new LambdaFunction(ticker, { event: RuleTargetInput.fromObject({ tick: "own" }) })],
  });
  new Rule(stack, "Nightly", {
    schedule: Schedule.cron({ weekDay: "THU-FRI", hour: "3", minute: "30" }),
    targets: [new LambdaFunction(ticker)],
  });
  const rate = ScheduleExpression.rate(Duration.minutes(5));
  new SchedulerSchedule(stack, "Scheduled", { schedule: rate, target: new LambdaInvoke(ticker) });
  new SchedulerSchedule(stack, "ScheduledWithInput", {
    schedule: rate,
    target: new SqsSendMessage(given, {
      input: ScheduleTargetInput.fromObject({
        at: ContextAttribute.scheduledTime,
        by: ContextAttribute.scheduleArn,
        attempt: ContextAttribute.attemptNumber,
      }),
    }),
  });
}
