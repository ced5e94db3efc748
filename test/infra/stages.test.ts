import type { App } from "aws-cdk-lib";
import { CfnTable } from "aws-cdk-lib/aws-dynamodb";
import { describe, expect, it } from "vitest";
import { synthesizeStacks } from "./synthesize.ts";

const ANYWHERE = { account: "unknown-account", region: "unknown-region" };
const HERE = { account: "123456789012", region: "eu-west-1" };
const whereabouts = (env: typeof HERE | undefined, stage: string) =>
  synthesizeStacks(env === undefined ? {} : { env }, { stage }).map(({ stackName, environment }) => [
    stackName,
    { account: environment.account, region: environment.region },
  ]);

describe("stages", () => {
  it.each(["local", "dev", "prod"])("%s passes the CDK's own check of its templates", (stage) => {
    const stacks = synthesizeStacks({ checked: true }, { stage });
    expect(stacks.map(({ stackName }) => stackName)).toContain(`parley-${stage}-messaging`);
  });

  it("pass it with every setting that adds something", () => {
    const acl = (scope: string) => `arn:aws:wafv2:us-east-1:123456789012:${scope}/webacl/chat/1`;
    const stacks = synthesizeStacks(
      { checked: true },
      {
        stage: "prod",
        customerKey: "true",
        page: "true",
        accessLogs: "with-account-role",
        threatProtection: "true",
        mfa: "required",
        emailFrom: "chat@example.com",
        adminDomainPrefix: "acme-chat",
        signInCallbacks: "https://chat.example.com/",
        poolWebAclArn: acl("regional"),
        pageWebAclArn: acl("global"),
        routeThrottles: JSON.stringify({ send_message: { rate: 100, burst: 200 } }),
      },
    );
    expect(stacks).toHaveLength(5);
  });

  it("are refused by it for a property that CloudFormation does not know", () => {
    const misspelling = (app: App) => {
      const [table] = app.node.findAll().filter((construct) => construct instanceof CfnTable);
      table?.addPropertyOverride("DeletionProtectionEnable", true);
    };
    expect(() => synthesizeStacks({ checked: true, change: misspelling }, { stage: "dev" })).toThrow(
      /DeletionProtectionEnable/,
    );
  });

  it("go to any account and region, or to the one given", () => {
    expect(whereabouts(undefined, "qa")).toEqual([
      ["parley-qa-data", ANYWHERE],
      ["parley-qa-identity", ANYWHERE],
      ["parley-qa-messaging", ANYWHERE],
    ]);
    expect(whereabouts(HERE, "dev")).toEqual([
      ["parley-dev-data", HERE],
      ["parley-dev-identity", HERE],
      ["parley-dev-messaging", HERE],
    ]);
  });

  it("are the same everywhere when local", () => {
    expect(whereabouts(HERE, "local")).toEqual([
      ["parley-local-data", ANYWHERE],
      ["parley-local-messaging", ANYWHERE],
    ]);
  });
});
