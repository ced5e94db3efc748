import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COUNTERS, DISTRIBUTIONS, METRIC_DIMENSION, METRIC_NAMESPACE } from "../../lambdas/chat/metrics.ts";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import { synthesize } from "./synthesize.ts";

interface WatchedMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: unknown;
}

/** What an alarm looks at: one metric, or those its expression is of. */
const metricsOf = (alarm: Readonly<Record<string, unknown>>): readonly WatchedMetric[] =>
  alarm["Metrics"] === undefined
    ? [alarm as unknown as WatchedMetric]
    : (alarm["Metrics"] as { MetricStat?: { Metric: WatchedMetric } }[]).flatMap(({ MetricStat }) =>
        MetricStat === undefined ? [] : [MetricStat.Metric],
      );

const watched = (settings: Record<string, string>) =>
  [...synthesize(settings).all("AWS::CloudWatch::Alarm").values()].map(({ Properties }) => Properties);

describe("alarms", () => {
  it("watch functions, the APIs, the table and what was given up", () => {
    const dimensions = (list: unknown) =>
      ((list ?? []) as { Name: string; Value: string }[]).map(({ Value }) => Value).toSorted();
    const pairs = watched({ stage: "dev" })
      .flatMap(metricsOf)
      .map(({ Namespace, MetricName, Dimensions }) => [
        `${Namespace} ${MetricName}`,
        ...dimensions(Dimensions),
      ]);
    const functions = [
      "{WebSocketFunction}",
      "{HttpFunction}",
      "{AdminFunction}",
      "{AuthorizerFunction}",
      "{WorkerFunction}",
    ];
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
        // Of the trigger at sign-up, which fails for nobody.
        ["Parley/Failures parley-dev-identity-PostConfirmationFunction"],
        ["AWS/Lambda Throttles", "{PostConfirmationFunction}"],
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
        ...[
          "RefusedInternal",
          ...["PushesDelivered", "PushesGone", "PushesFailed"],
          ...["AppendConflicts", "Sends"],
        ].map((counter) => [`Parley ${counter}`, "dev"]),
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
    expect(thresholds).toEqual([8_000, 8_000, 8_000, 8_000, 48_000]);
  });

  it("sound at a share of failed pushes, and of lost races for a slot, once there is enough to tell", () => {
    const shares = watched({ stage: "dev" }).flatMap(({ Metrics, Threshold }) =>
      ((Metrics ?? []) as { Expression?: string }[]).flatMap(({ Expression }) =>
        Expression === undefined ? [] : [[Expression, Threshold]],
      ),
    );
    expect(shares).toEqual([
      ["IF((delivered + gone + failed) >= 100, failed / (delivered + gone + failed), 0)", 0.05],
      ["IF((sends) >= 100, conflicts / (sends), 0)", 1],
    ]);
  });

  it("on what the functions count are only where they count it", () => {
    const own = (settings: Record<string, string>) =>
      watched(settings)
        .flatMap(metricsOf)
        .filter(({ Namespace }) => Namespace === METRIC_NAMESPACE);
    expect(own({ stage: "dev", metrics: "false" })).toEqual([]);
    expect(own({ stage: "qa" }).map(({ Dimensions }) => Dimensions)).toEqual(
      Array<unknown>(6).fill([{ Name: METRIC_DIMENSION, Value: "qa" }]),
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

describe("a metric that is named", () => {
  /** Metrics the services keep by themselves, as their developer guides list them under these namespaces. */
  const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
    // "Types of metrics for Lambda functions".
    "AWS/Lambda": [
      "Errors",
      "Throttles",
      "Duration",
      "ConcurrentExecutions",
      "IteratorAge",
      "RecursiveInvocationsDropped",
      "DestinationDeliveryFailures",
    ],
    // "Monitoring WebSocket API execution with CloudWatch metrics", and the same of HTTP APIs.
    "AWS/ApiGateway": ["IntegrationError", "ExecutionError", "5xx"],
    // "DynamoDB Metrics and dimensions".
    "AWS/DynamoDB": ["ReadThrottleEvents", "WriteThrottleEvents"],
    // "Available CloudWatch metrics for Amazon SQS".
    "AWS/SQS": ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"],
  };
  // That each of ours is counted somewhere is a test of test/unit/chat/metrics.test.ts.
  const OURS = [...COUNTERS, ...Object.keys(DISTRIBUTIONS)];
  const document = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const section = (title: string): string =>
    new RegExp(`^## ${title}\\n([^]*?)(?=^## )`, "m").exec(document)?.[1] ?? "";
  /** Names in the shape of a metric's: `PushesFailed`. */
  const named = (text: string): readonly string[] =>
    [...text.matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+|Sends|Changes|Repeats)`/g)].map((match) => match[1]!);

  it("by an alarm exists", () => {
    const known: Readonly<Record<string, readonly string[]>> = { ...BUILT_IN, [METRIC_NAMESPACE]: OURS };
    const filtered = [...synthesize({ stage: "dev" }).all("AWS::Logs::MetricFilter").values()]
      .flatMap(({ Properties }) => Properties["MetricTransformations"] as Record<string, string>[])
      .map(({ MetricNamespace, MetricName }) => `${MetricNamespace} ${MetricName}`);
    const unknown = watched({ stage: "dev" })
      .flatMap(metricsOf)
      .filter(({ Namespace, MetricName }) => known[Namespace]?.includes(MetricName) !== true)
      .filter(({ Namespace, MetricName }) => !filtered.includes(`${Namespace} ${MetricName}`));
    expect(unknown).toEqual([]);
  });

  it("as ours by the documents is counted, and what is counted is named there", () => {
    const rows = section("Metrics")
      .split("\n")
      .flatMap((line) => named(/^\|([^|]*)\|/.exec(line)?.[1] ?? ""));
    expect(rows.toSorted()).toEqual([...OURS].toSorted());
  });

  it("anywhere else in the documents exists and, among the alarms, is watched", () => {
    const watchedNames = watched({ stage: "dev" })
      .flatMap(metricsOf)
      .map(({ MetricName }) => MetricName);
    const alarms = [...synthesize({ stage: "dev" }).all("AWS::CloudWatch::Alarm").keys()];
    // Alarms, queues and filters look the same.
    const others = [
      "JobDeadLetters",
      "StreamDeadLetters",
      "LoggedFailures",
      ...alarms.map((path) => path.split("/").at(-1)!),
    ];
    const inAlarms = named(section("Alarms")).filter((name) => !others.includes(name));
    expect(inAlarms.filter((name) => !watchedNames.includes(name))).toEqual([]);
    expect(inAlarms.length).toBeGreaterThan(5);
    const builtIn = Object.values(BUILT_IN).flat();
    const inMetrics = named(section("Metrics"));
    expect(inMetrics.filter((name) => ![...OURS, ...builtIn].includes(name))).toEqual([]);
  });
});
