import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readAssembly, type AssemblyReading } from "../../assembly/read-assembly.ts";

export const ORIGIN = {
  httpUrl: "http://127.0.0.1:4000",
  databaseUrl: "http://127.0.0.1:4001",
  queueUrl: "http://127.0.0.1:4000/_aws/sqs",
};

export type Resources = Record<
  string,
  { Type: string; Properties?: Record<string, unknown>; Condition?: string }
>;

export interface MadeStack {
  readonly Resources: Resources;
  readonly Conditions?: Record<string, unknown>;
  readonly Outputs?: Record<string, unknown>;
  readonly Parameters?: Record<string, unknown>;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes an assembly by hand, one asset `code` in it, a folder or this file, and reads it. */
export async function readMade(
  stacks: Record<string, MadeStack>,
  packedCode?: Buffer,
): Promise<AssemblyReading> {
  const folder = temporaryFolder();
  const artifacts: Record<string, unknown> = {};
  if (packedCode === undefined) mkdirSync(join(folder, "asset.code"));
  else writeFileSync(join(folder, "asset.code"), packedCode);
  for (const [name, template] of Object.entries(stacks)) {
    writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template));
    const files = { code: { source: { path: "asset.code", packaging: "zip" }, destinations: {} } };
    writeFileSync(join(folder, `${name}.assets.json`), JSON.stringify({ files }));
    artifacts[name] = {
      type: "aws:cloudformation:stack",
      environment: "aws://unknown-account/unknown-region",
      properties: { templateFile: `${name}.template.json` },
    };
  }
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ artifacts }));
  return readAssembly(folder, ORIGIN, join(folder, "work"));
}

export const functionResource = (
  environment: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Resources[string] => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { S3Bucket: "bucket", S3Key: "code.zip" },
    Environment: { Variables: environment },
    ...more,
  },
});
