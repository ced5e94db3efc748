import { Duration } from "aws-cdk-lib";
import type { HttpApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { ChatFunctions } from "./chat-functions.ts";
import type { Settings } from "./settings.ts";

export interface ChatAlarmsProps {
  readonly settings: Settings;
  readonly functions: ChatFunctions;
  readonly table: Table;
  readonly deadLetters: IQueue;
  readonly stage: WebSocketStage;
  readonly http: HttpApi;
}

const PERIOD = Duration.minutes(5);

/** Alarms on the services' own metrics. What only the product can count comes from its own. */
export class ChatAlarms extends Construct {
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: ChatAlarmsProps) {
    super(scope, id);
    const { settings, functions, table, deadLetters, stage, http } = props;
    this.#topic =
      settings.alarmTopicArn === undefined
        ? undefined
        : Topic.fromTopicArn(this, "Topic", settings.alarmTopicArn);
    const sum = { period: PERIOD, statistic: Stats.SUM };

    for (const fn of functions.all) {
      this.#above(`${fn.node.id}Errors`, fn.metricErrors(sum), 0, "A function failed or timed out");
      this.#above(`${fn.node.id}Throttles`, fn.metricThrottles(sum), 0, "A function ran out of concurrency");
    }
    for (const name of ["IntegrationError", "ExecutionError"]) {
      this.#above(
        `WebSocket${name}`,
        stage.metric(name, sum),
        0,
        "The WebSocket API could not serve a frame",
      );
    }
    this.#above("HttpServerErrors", http.metricServerError(sum), 0, "The HTTP API answered 5xx");
    for (const name of ["ReadThrottleEvents", "WriteThrottleEvents"]) {
      const metric = new Metric({
        namespace: "AWS/DynamoDB",
        metricName: name,
        dimensionsMap: { TableName: table.tableName },
        ...sum,
      });
      this.#above(`Table${name}`, metric, 0, "The table refused requests for their rate");
    }
    this.#above(
      "DeadLetters",
      deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM }),
      0,
      "Work was given up after every retry",
    );
    this.#above(
      "WorkerIteratorAge",
      functions.worker.metric("IteratorAge", { period: PERIOD, statistic: Stats.MAXIMUM }),
      Duration.minutes(1).toMilliseconds(),
      "Presence and repairs run more than a minute behind",
    );
  }

  #above(id: string, metric: IMetric, threshold: number, description: string): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: description,
    });
    if (this.#topic !== undefined) alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
