import { describe, expect, it } from "vitest";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import { synthesize } from "./synthesize.ts";

const table = (settings: Record<string, string>) => synthesize(settings).one("AWS::DynamoDB::Table", "Table");
const hash = (name: string) => ({ AttributeName: name, KeyType: "HASH" });
const range = (name: string) => ({ AttributeName: name, KeyType: "RANGE" });

describe("the table", () => {
  const { Properties } = table({ stage: "dev" });

  it("has the shape the stores rely on", () => {
    const { byActivity, byHandle, notOff } = TABLE_SHAPE.indexes;
    expect(Properties["KeySchema"]).toEqual([hash("pk"), range("sk")]);
    expect(Properties["GlobalSecondaryIndexes"]).toEqual([
      {
        IndexName: byActivity.name,
        KeySchema: [hash("pk"), range("activity")],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
      {
        IndexName: byHandle.name,
        KeySchema: [hash("handleStart"), range("handleFolded")],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
      {
        IndexName: notOff.name,
        KeySchema: [hash("sweepShard"), range("pk")],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ]);
    expect(Properties["AttributeDefinitions"]).toEqual([
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
      { AttributeName: "activity", AttributeType: "N" },
      { AttributeName: "handleStart", AttributeType: "S" },
      { AttributeName: "handleFolded", AttributeType: "S" },
      { AttributeName: "sweepShard", AttributeType: "S" },
    ]);
  });

  it("is paid by the request, streams both images, and lets nothing expire", () => {
    expect(Properties["BillingMode"]).toBe("PAY_PER_REQUEST");
    expect(Properties["StreamSpecification"]).toEqual({ StreamViewType: "NEW_AND_OLD_IMAGES" });
    // A slot of the log that expired would be filled again, with a seq that was given before.
    expect(Properties["TimeToLiveSpecification"]).toBeUndefined();
  });

  it.each(["dev", "prod"])("can be restored to any point in time in %s", (stage) => {
    expect(table({ stage }).Properties["PointInTimeRecoverySpecification"]).toEqual({
      PointInTimeRecoveryEnabled: true,
    });
  });
});

describe("what holds data", () => {
  const HOLDS_DATA = ["AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::Logs::LogGroup"];
  const policies = (settings: Record<string, string>) => {
    const assembly = synthesize(settings);
    const resources = HOLDS_DATA.flatMap((type) => [...assembly.all(type).values()]);
    expect(resources.length).toBeGreaterThan(HOLDS_DATA.length);
    return [...new Set(resources.flatMap((r) => [r.DeletionPolicy, r.UpdateReplacePolicy]))];
  };

  it("outlives its stack in prod and goes with it in dev", () => {
    expect(policies({ stage: "prod" })).toEqual(["Retain"]);
    expect(policies({ stage: "dev" })).toEqual(["Delete"]);
    expect(policies({ stage: "qa", retainData: "true" })).toEqual(["Retain"]);
  });

  it("is protected from deletion in prod", () => {
    expect(table({ stage: "prod" }).Properties["DeletionProtectionEnabled"]).toBe(true);
    expect(table({ stage: "dev" }).Properties["DeletionProtectionEnabled"]).toBe(false);
    const pool = synthesize({ stage: "prod" }).one("AWS::Cognito::UserPool", "UserPool");
    expect(pool.Properties["DeletionProtection"]).toBe("ACTIVE");
  });
});
