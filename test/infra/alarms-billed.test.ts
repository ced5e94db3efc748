import { expect, it } from "vitest";
import { ALARM_METRICS } from "../../bench/costs/scenario/aws-bill.ts";
import { DEFAULTS } from "../../bench/costs/scenario/scenario.ts";
import { synthesize } from "./synthesize.ts";

const assembly = synthesize({ stage: "prod" });
const ofType = (type: string) => [...assembly.all(type).values()].map(({ Properties }) => Properties);

it("the calculated bill has as many metrics under alarms as are deployed", () => {
  const metrics = ofType("AWS::CloudWatch::Alarm").map(({ Metrics }) =>
    Metrics === undefined
      ? 1
      : (Metrics as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat !== undefined).length,
  );
  expect(metrics.reduce((sum, count) => sum + count, 0)).toBe(ALARM_METRICS);
});

it("assumes the memory, retention and feature plan of `prod`, and no key", () => {
  const memory = ofType("AWS::Lambda::Function").map(({ MemorySize }) => MemorySize);
  expect(new Set(memory.filter((size) => size !== undefined))).toEqual(new Set([DEFAULTS.memoryMb]));
  const retention = ofType("AWS::Logs::LogGroup").map(({ RetentionInDays }) => RetentionInDays);
  expect(new Set(retention)).toEqual(new Set([DEFAULTS.logDays]));
  // Cognito takes Essentials where none is named.
  expect(ofType("AWS::Cognito::UserPool").map((pool) => pool["UserPoolTier"])).toEqual([undefined]);
  expect(ofType("AWS::KMS::Key")).toEqual([]);
});
