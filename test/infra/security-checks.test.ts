import { Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ACCEPTED } from "../../lib/accepted-findings.ts";
import { buildApp } from "../../lib/parley-app.ts";
import { type Finding, findIn } from "../../lib/security-checks.ts";
import { STAGES } from "../../stages/index.ts";
import { synthesizeStacks } from "./synthesize.ts";

const ISSUER = { oidcIssuer: "https://login.example.com", oidcAudiences: "web" };
const EVERYTHING = { page: "true", accessLogs: "with-account-role", pointInTimeRecovery: "false" };
const SETTINGS: readonly Record<string, string>[] = [
  { stage: "prod" },
  { stage: "prod", ...ISSUER, accessLogs: "off" },
  { stage: "prod", customerKey: "true", threatProtection: "true", mfa: "required" },
  { stage: "dev", ...EVERYTHING },
];

function findingsOf(settings: Record<string, string>): readonly Finding[] {
  let findings: readonly Finding[] = [];
  synthesizeStacks({ change: (app) => (findings = findIn(app)) }, settings);
  return findings;
}

describe("cdk-nag", () => {
  it.each(SETTINGS)("finds nothing that is not accepted: %j", (settings) => {
    const open = findingsOf(settings).filter(({ accepted }) => accepted === undefined);
    expect(open.map(({ rule, path }) => `${rule} ${path}`)).toEqual([]);
  });

  it("needs every acceptance", () => {
    const used = new Set(SETTINGS.flatMap(findingsOf).map(({ accepted }) => accepted));
    expect(ACCEPTED.filter((entry) => !used.has(entry))).toEqual([]);
    for (const { reason } of ACCEPTED) expect(reason.length).toBeGreaterThan(60);
  });

  it("fails the synthesis of a resource that nobody has accepted, of stages that are deployed", async () => {
    const synthesis = async (stage: string) => {
      const outdir = mkdtempSync(join(tmpdir(), "parley-checked-"));
      onTestFinished(() => rmSync(outdir, { recursive: true, force: true }));
      const app = { outdir, context: { stage }, builtinCloudFormationValidation: false };
      const outcome = await buildApp({ stages: STAGES, app });
      if (outcome.type === "failed") throw new Error(outcome.problems.join(" "));
      const [stack] = outcome.app.node.findAll().filter((construct) => Stack.isStack(construct));
      if (stack !== undefined) new Bucket(stack, "Open");
      return () => outcome.app.synth();
    };
    expect(await synthesis("dev")).toThrow(/AwsSolutions-S1/);
    expect(await synthesis("local")).not.toThrow();
  });
});
