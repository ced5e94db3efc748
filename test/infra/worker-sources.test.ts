import { describe, expect, it } from "vitest";
import { synthesize } from "./synthesize.ts";

const dev = synthesize({ stage: "dev" });
const mapping = (name: string) =>
  dev.one("AWS::Lambda::EventSourceMapping", `WorkerSources/${name}`).Properties;

/** Lambda's filter rules as far as ours use them: exact values and `prefix`. */
function matches(pattern: unknown, value: unknown): boolean {
  if (!Array.isArray(pattern)) {
    return Object.entries(pattern as object).every(([key, part]) =>
      matches(part, (value as Record<string, unknown> | undefined)?.[key]),
    );
  }
  return pattern.some((rule: unknown) => {
    if (typeof rule !== "object" || rule === null) return rule === value;
    const { prefix } = rule as { prefix?: string };
    if (prefix !== undefined) return typeof value === "string" && value.startsWith(prefix);
    throw new Error(`A rule this test does not know: ${JSON.stringify(rule)}`);
  });
}

function passes(name: string, record: unknown): boolean {
  const { Filters } = mapping(name)["FilterCriteria"] as { Filters: readonly { Pattern: string }[] };
  return Filters.some(({ Pattern }) => matches(JSON.parse(Pattern), record));
}

const change = (eventName: string, sk: string, from: object | undefined, to: object | undefined) => ({
  eventName,
  dynamodb: {
    Keys: { pk: { S: "U#u1" }, sk: { S: sk } },
    ...(from === undefined ? {} : { OldImage: from }),
    ...(to === undefined ? {} : { NewImage: to }),
  },
});
const state = (value: string) => ({ state: { S: value }, version: { N: "3" } });

describe("presence mapping", () => {
  it.each([
    ["on", "off"],
    ["leaving", "on"],
    ["off", "leaving"],
    ["off", "on"],
  ])("hears of %s after %s", (to, from) => {
    expect(passes("Presence", change("MODIFY", "P", state(from), state(to)))).toBe(true);
  });

  it.each([
    ["on", "on"],
    ["on", "leaving"],
    ["leaving", "leaving"],
    ["off", "off"],
    ["leaving", "off"],
  ])("sleeps through %s after %s", (to, from) => {
    expect(passes("Presence", change("MODIFY", "P", state(from), state(to)))).toBe(false);
  });

  it("sleeps through first sights, other items and removals", () => {
    // Everybody is written as off when first recognized, before any connection.
    expect(passes("Presence", change("INSERT", "P", undefined, state("off")))).toBe(false);
    expect(passes("Presence", change("INSERT", "M#0000000001", undefined, state("on")))).toBe(false);
    expect(passes("Presence", change("MODIFY", "META", state("off"), state("on")))).toBe(false);
    expect(passes("Presence", change("REMOVE", "P", state("on"), undefined))).toBe(false);
  });

  it("tells at once", () => {
    expect(mapping("Presence")).toMatchObject({ MaximumBatchingWindowInSeconds: 0 });
  });
});

describe("appends mapping", () => {
  const message = { content: { S: "hi" } };

  it("hears of new messages only", () => {
    expect(passes("Appends", change("INSERT", "M#0000000001", undefined, message))).toBe(true);
    expect(passes("Appends", change("MODIFY", "M#0000000001", message, message))).toBe(false);
    expect(passes("Appends", change("INSERT", "META", undefined, message))).toBe(false);
    expect(passes("Appends", change("INSERT", "P", undefined, state("on")))).toBe(false);
  });

  it("gathers for a while", () => {
    expect(mapping("Appends")).toMatchObject({ MaximumBatchingWindowInSeconds: 5 });
    const local = synthesize({ stage: "local" }).one(
      "AWS::Lambda::EventSourceMapping",
      "WorkerSources/Appends",
    );
    expect(local.Properties).toMatchObject({ MaximumBatchingWindowInSeconds: 1 });
  });
});

describe.each([
  ["Presence", 10],
  ["Appends", 1],
] as const)("%s mapping", (name, batchesAtOnce) => {
  it("reads the table's stream from its beginning, gives up in the end and says so", () => {
    expect(mapping(name)).toMatchObject({
      FunctionName: "{WorkerFunction}",
      EventSourceArn: "{Table.StreamArn}",
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 100,
      ParallelizationFactor: batchesAtOnce,
      MaximumRecordAgeInSeconds: 6 * 3600,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      DestinationConfig: { OnFailure: { Destination: "{StreamDeadLetters.Arn}" } },
    });
    // Lambda's limit without a quota increase.
    const { Filters } = mapping(name)["FilterCriteria"] as { Filters: readonly unknown[] };
    expect(Filters.length).toBeLessThanOrEqual(5);
  });
});

describe("jobs", () => {
  it("come from an encrypted queue, one by one again when they fail, and end as dead letters", () => {
    expect(mapping("Queue")).toMatchObject({
      FunctionName: "{WorkerFunction}",
      EventSourceArn: "{Jobs.Arn}",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    const queue = dev.one("AWS::SQS::Queue", "Jobs").Properties;
    expect(queue).toMatchObject({
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: "{JobDeadLetters.Arn}", maxReceiveCount: 5 },
    });
    expect(dev.one("AWS::SQS::Queue", "JobDeadLetters").Properties).toMatchObject({
      SqsManagedSseEnabled: true,
    });
  });

  it("stay hidden six times as long as the worker may take", () => {
    const worker = dev.one("AWS::Lambda::Function", "WorkerFunction").Properties;
    const queue = dev.one("AWS::SQS::Queue", "Jobs").Properties;
    expect(queue["VisibilityTimeout"]).toBeGreaterThanOrEqual(6 * (worker["Timeout"] as number));
  });
});

describe("sweep", () => {
  it("runs by the clock with a constant input", () => {
    const rule = (settings: Record<string, string>) =>
      synthesize(settings).one("AWS::Events::Rule", "WorkerSources/Sweep").Properties;
    expect(rule({ stage: "dev" })).toMatchObject({ ScheduleExpression: "rate(5 minutes)", State: "ENABLED" });
    const [target] = rule({ stage: "dev" })["Targets"] as { Arn: string; Input: string }[];
    expect(target?.Arn).toBe("{WorkerFunction.Arn}");
    expect(JSON.parse(target?.Input ?? "")).toEqual({ type: "sweep" });
    expect(rule({ stage: "dev", sweepMinutes: "1" })).toMatchObject({ ScheduleExpression: "rate(1 minute)" });
  });
});
