import { Duration } from "aws-cdk-lib";
import type { HttpApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { type IMetric, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { TABLE_SHAPE } from "../lambdas/store/table-shape.ts";
import { alarmAbove } from "./alarm.ts";
import type { ChatFunctions } from "./chat-functions.ts";
import { loggedFailures } from "./logged-failures.ts";
import type { Settings } from "./settings.ts";

export interface ChatAlarmsProps {
  readonly settings: Settings;
  readonly functions: ChatFunctions;
  readonly table: Table;
  readonly queue: IQueue;
  readonly jobDeadLetters: IQueue;
  readonly streamDeadLetters: IQueue;
  readonly stage: WebSocketStage;
  readonly http: HttpApi;
}

const PERIOD = Duration.minutes(5);
const NEAR_TIMEOUT = 0.8;

/** Alarms on the services' own metrics. What only the product can count comes from its own. */
export class ChatAlarms extends Construct {
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: ChatAlarmsProps) {
    super(scope, id);
    const { settings, functions, table, queue, stage, http } = props;
    this.#topic =
      settings.alarmTopicArn === undefined
        ? undefined
        : Topic.fromTopicArn(this, "Topic", settings.alarmTopicArn);
    const sum = { period: PERIOD, statistic: Stats.SUM };
    const most = { period: PERIOD, statistic: Stats.MAXIMUM };

    for (const fn of functions.all) {
      // The authorizer throws its 401: Lambda counts an error at every expired token, and strangers can send it.
      const errors = fn === functions.authorizer ? loggedFailures(fn, sum) : fn.metricErrors(sum);
      this.#above(`${fn.node.id}Errors`, errors, 0, "A function failed or timed out");
      this.#above(`${fn.node.id}Throttles`, fn.metricThrottles(sum), 0, "A function ran out of concurrency");
      this.#above(
        `${fn.node.id}Duration`,
        fn.metricDuration(most),
        NEAR_TIMEOUT * (fn.timeout?.toMilliseconds() ?? 0),
        "A function came close to its timeout",
      );
    }
    const concurrent = new Metric({ namespace: "AWS/Lambda", metricName: "ConcurrentExecutions", ...most });
    this.#above("Concurrency", concurrent, 800, "The account uses 80 % of the default concurrency of 1,000");
    for (const name of ["IntegrationError", "ExecutionError"]) {
      this.#above(
        `WebSocket${name}`,
        stage.metric(name, sum),
        0,
        "The WebSocket API could not serve a frame",
      );
    }
    this.#above("HttpServerErrors", http.metricServerError(sum), 0, "The HTTP API answered 5xx");
    // An index throttles by itself, and only the metric that names it shows that.
    const indexes = Object.values(TABLE_SHAPE.indexes).map(({ name }) => name);
    for (const metricName of ["ReadThrottleEvents", "WriteThrottleEvents"]) {
      for (const index of [undefined, ...indexes]) {
        const metric = new Metric({
          namespace: "AWS/DynamoDB",
          metricName,
          dimensionsMap: {
            TableName: table.tableName,
            ...(index === undefined ? {} : { GlobalSecondaryIndexName: index }),
          },
          ...sum,
        });
        const id = `Table${metricName}${index ?? ""}`;
        this.#above(id, metric, 0, `${index ?? "The table"} refused requests for their rate`);
      }
    }
    for (const name of ["jobDeadLetters", "streamDeadLetters"] as const) {
      const id = name.replace(/^./, (first) => first.toUpperCase());
      const metric = props[name].metricApproximateNumberOfMessagesVisible(most);
      this.#above(id, metric, 0, "Work was given up after every retry");
    }
    this.#above(
      "JobsAge",
      queue.metricApproximateAgeOfOldestMessage(most),
      Duration.minutes(10).toSeconds(),
      "The worker does not get through its queue",
    );
    const { worker } = functions;
    this.#above(
      "WorkerLoops",
      worker.metric("RecursiveInvocationsDropped", sum),
      0,
      "Lambda took the worker's chain of tasks for a loop and broke it: peers were not told",
    );
    this.#above(
      "WorkerDestination",
      worker.metric("DestinationDeliveryFailures", sum),
      0,
      "What the worker gave up could not even be put into the dead letters",
    );
    this.#above(
      "WorkerIteratorAge",
      worker.metric("IteratorAge", most),
      Duration.minutes(1).toMilliseconds(),
      "Presence and repairs run more than a minute behind",
    );
  }

  #above(id: string, metric: IMetric, threshold: number, description: string): void {
    alarmAbove(this, id, { metric, threshold, description, topic: this.#topic });
  }
}
