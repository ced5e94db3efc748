import { describe, expect, it } from "vitest";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import { synthesize, synthesizeStacks } from "./synthesize.ts";

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
    expect(policies({ stage: "qa", disposable: "false" })).toEqual(["Retain"]);
  });

  it("cannot be taken down with a stack that keeps data", () => {
    const protectedIn = (settings: Record<string, string>) => [
      ...new Set(synthesizeStacks({}, settings).map((stack) => stack.terminationProtection)),
    ];
    expect(protectedIn({ stage: "prod" })).toEqual([true]);
    expect(protectedIn({ stage: "dev" })).toEqual([false]);
    expect(protectedIn({ stage: "local" })).toEqual([false]);
    const page = synthesizeStacks({}, { stage: "prod", page: "true" });
    expect(
      page.filter((stack) => stack.terminationProtection !== true).map(({ stackName }) => stackName),
    ).toEqual(["parley-prod-page", "parley-prod-page-files"]);
  });

  it("is protected from deletion in prod", () => {
    expect(table({ stage: "prod" }).Properties["DeletionProtectionEnabled"]).toBe(true);
    expect(table({ stage: "dev" }).Properties["DeletionProtectionEnabled"]).toBe(false);
    const pool = synthesize({ stage: "prod" }).one("AWS::Cognito::UserPool", "UserPool");
    expect(pool.Properties["DeletionProtection"]).toBe("ACTIVE");
  });
});

describe("a key of the deployment's own", () => {
  const app = synthesize({ stage: "prod", customerKey: "true" });
  const arn = "{CustomerKey.Arn}";

  it("encrypts the table, every queue and every log", () => {
    expect(app.one("AWS::DynamoDB::Table", "Table").Properties["SSESpecification"]).toEqual({
      SSEEnabled: true,
      SSEType: "KMS",
      KMSMasterKeyId: arn,
    });
    const queues = [...app.all("AWS::SQS::Queue").values()].map(({ Properties }) => Properties);
    expect(queues).toHaveLength(3);
    for (const queue of queues) {
      expect(queue["KmsMasterKeyId"]).toBe(arn);
      expect(queue["SqsManagedSseEnabled"]).toBeUndefined();
    }
    const groups = [...app.all("AWS::Logs::LogGroup").values()];
    expect(groups.length).toBeGreaterThan(5);
    expect(new Set(groups.map(({ Properties }) => Properties["KmsKeyId"]))).toEqual(new Set([arn]));
  });

  it("turns over, stays when its stack goes, and works through the services alone", () => {
    const key = app.one("AWS::KMS::Key", "CustomerKey");
    expect(key.DeletionPolicy).toBe("Retain");
    expect(key.Properties["EnableKeyRotation"]).toBe(true);
    const { Statement } = key.Properties["KeyPolicy"] as { Statement: Record<string, unknown>[] };
    const anybody = Statement.filter(({ Principal }) => JSON.stringify(Principal) === '{"AWS":"*"}');
    expect(anybody.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: {
          "kms:CallerAccount": "{AWS::AccountId}",
          "kms:ViaService": ["dynamodb.{AWS::Region}.{AWS::URLSuffix}", "sqs.{AWS::Region}.{AWS::URLSuffix}"],
        },
      },
    ]);
  });

  it("is not there without the setting", () => {
    expect([...synthesize({ stage: "prod" }).types]).not.toContain("AWS::KMS::Key");
  });
});
