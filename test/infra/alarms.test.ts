import { describe, expect, it } from "vitest";
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
          ["AWS/Lambda Errors", fn],
          ["AWS/Lambda Throttles", fn],
        ]),
        ["AWS/Lambda IteratorAge", "{WorkerFunction}"],
        ["AWS/ApiGateway IntegrationError", "dev", "{WebSocket/Api}"],
        ["AWS/ApiGateway ExecutionError", "dev", "{WebSocket/Api}"],
        ["AWS/ApiGateway 5xx", "{Http/Api}"],
        ["AWS/DynamoDB ReadThrottleEvents", "{Table}"],
        ["AWS/DynamoDB WriteThrottleEvents", "{Table}"],
        ["AWS/SQS ApproximateNumberOfMessagesVisible", "{DeadLetters.QueueName}"],
      ].toSorted(),
    );
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
