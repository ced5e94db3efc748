import { describe, expect, it } from "vitest";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import { synthesize } from "./synthesize.ts";

const watched = (settings: Record<string, string>) =>
  [...synthesize(settings).all("AWS::CloudWatch::Alarm").values()].map(({ Properties }) => Properties);

describe("alarms", () => {
  it("watch functions, the APIs, the table and what was given up", () => {
    const dimensions = (list: unknown) =>
      ((list ?? []) as { Name: string; Value: string }[]).map(({ Value }) => Value).toSorted();
    const pairs = watched({ stage: "dev" }).map((alarm) => [
      `${String(alarm["Namespace"])} ${String(alarm["MetricName"])}`,
      ...dimensions(alarm["Dimensions"]),
    ]);
    const functions = ["{WebSocketFunction}", "{HttpFunction}", "{AuthorizerFunction}", "{WorkerFunction}"];
    expect(pairs.toSorted()).toEqual(
      [
        ...functions.flatMap((fn) => [
          // Lambda counts an error at every expired token, and anybody can send one.
          ...(fn === "{AuthorizerFunction}"
            ? [["Parley/Failures parley-dev-messaging-AuthorizerFunction"]]
            : [["AWS/Lambda Errors", fn]]),
          ["AWS/Lambda Throttles", fn],
          ["AWS/Lambda Duration", fn],
        ]),
        ["AWS/Lambda ConcurrentExecutions"],
        ["AWS/Lambda IteratorAge", "{WorkerFunction}"],
        ["AWS/Lambda RecursiveInvocationsDropped", "{WorkerFunction}"],
        ["AWS/Lambda DestinationDeliveryFailures", "{WorkerFunction}"],
        ["AWS/ApiGateway IntegrationError", "dev", "{WebSocket/Api}"],
        ["AWS/ApiGateway ExecutionError", "dev", "{WebSocket/Api}"],
        ["AWS/ApiGateway 5xx", "{Http/Api}"],
        // Of an index only the metric that names it tells.
        ...["ReadThrottleEvents", "WriteThrottleEvents"].flatMap((name) => [
          [`AWS/DynamoDB ${name}`, "{Table}"],
          ...Object.values(TABLE_SHAPE.indexes).map((index) => [
            `AWS/DynamoDB ${name}`,
            ...[index.name, "{Table}"].toSorted(),
          ]),
        ]),
        ["AWS/SQS ApproximateNumberOfMessagesVisible", "{JobDeadLetters.QueueName}"],
        ["AWS/SQS ApproximateNumberOfMessagesVisible", "{StreamDeadLetters.QueueName}"],
        ["AWS/SQS ApproximateAgeOfOldestMessage", "{Jobs.QueueName}"],
      ].toSorted(),
    );
  });

  it("count of the authorizer what it logs as a failure, never an answer of 401", () => {
    const filter = synthesize({ stage: "dev" }).one(
      "AWS::Logs::MetricFilter",
      "AuthorizerFunction/LoggedFailures",
    );
    expect(filter.Properties).toEqual({
      LogGroupName: "{AuthorizerFunctionLogs}",
      FilterPattern:
        '{ ($.level = "ERROR" && $.cause.name = "*") || $.record.status = "timeout" || ' +
        '($.type = "platform.initReport" && $.record.status != "success") || $.record.errorType = "Runtime.*" }',
      MetricTransformations: [
        {
          MetricNamespace: "Parley/Failures",
          MetricName: "parley-dev-messaging-AuthorizerFunction",
          MetricValue: "1",
        },
      ],
    });
    const errors = watched({ stage: "dev" }).filter(({ MetricName }) => MetricName === "Errors");
    expect(JSON.stringify(errors)).not.toContain("AuthorizerFunction");
  });

  it("sound at four fifths of a function's own timeout", () => {
    const thresholds = watched({ stage: "dev" })
      .filter(({ MetricName }) => MetricName === "Duration")
      .map(({ Threshold }) => Threshold);
    expect(thresholds).toEqual([8_000, 8_000, 8_000, 48_000]);
  });

  it("do not sound for want of traffic", () => {
    for (const alarm of watched({ stage: "dev" })) expect(alarm["TreatMissingData"]).toBe("notBreaching");
  });

  it("tell a topic when there is one", () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:pager";
    expect(
      new Set(watched({ stage: "dev", alarmTopicArn: topic }).map((alarm) => String(alarm["AlarmActions"]))),
    ).toEqual(new Set([topic]));
  });

  it("are for what is deployed", () => {
    expect(watched({ stage: "prod" }).length).toBeGreaterThan(0);
    expect(watched({ stage: "local" })).toEqual([]);
  });
});
