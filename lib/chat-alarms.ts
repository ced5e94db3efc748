import { Duration } from "aws-cdk-lib";
import type { HttpApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { METRIC_DIMENSION, METRIC_NAMESPACE, type Counter } from "../lambdas/chat/metrics.ts";
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

/** Below it a share says nothing: of ten pushes one that failed is a tenth. */
const ENOUGH = 100;

/** Alarms on the services' metrics, and on what only the product can count. */
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
    if (settings.metrics) this.#watchCounters(settings.stage);
  }

  /** On what the functions count themselves. */
  #watchCounters(stage: string): void {
    const counter = (metricName: Counter): Metric =>
      new Metric({
        namespace: METRIC_NAMESPACE,
        metricName,
        dimensionsMap: { [METRIC_DIMENSION]: stage },
        period: PERIOD,
        statistic: Stats.SUM,
      });
    this.#above("InternalErrors", counter("RefusedInternal"), 0, "A request failed by our fault");
    const pushes = {
      delivered: counter("PushesDelivered"),
      gone: counter("PushesGone"),
      failed: counter("PushesFailed"),
    };
    const failedShare = share("failed", "delivered + gone + failed", pushes);
    this.#above("PushesFailedShare", failedShare, 0.05, "More than one push in twenty failed");
    const appends = { conflicts: counter("AppendConflicts"), sends: counter("Sends") };
    this.#above(
      "AppendConflictShare",
      share("conflicts", "sends", appends),
      1,
      "Sends lose more than one race each for their slot: too many write into one conversation at once",
    );
  }

  #above(id: string, metric: IMetric, threshold: number, description: string): void {
    alarmAbove(this, id, { metric, threshold, description, topic: this.#topic });
  }
}

/** `part` by `whole`, 0 where the whole is too little to tell. */
const share = (part: string, whole: string, usingMetrics: Record<string, Metric>): MathExpression =>
  new MathExpression({
    expression: `IF((${whole}) >= ${ENOUGH}, ${part} / (${whole}), 0)`,
    label: `${part} / (${whole})`,
    usingMetrics,
    period: PERIOD,
  });
