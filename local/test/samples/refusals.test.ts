import { App, Stack, TimeZone } from "aws-cdk-lib";
import { HttpIntegration, RestApi } from "aws-cdk-lib/aws-apigateway";
import { Code, Function as Lambda, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Schedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Pass, StateMachine, DefinitionBody } from "aws-cdk-lib/aws-stepfunctions";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { spawnCloud } from "../support/start-cloud.ts";

interface Parts {
  readonly stack: Stack;
  readonly fn: Lambda;
}

const FEATURES: readonly (readonly [string, (parts: Parts) => void, string])[] = [
  [
    "a REST API in front of another site",
    ({ stack }) =>
      new RestApi(stack, "Rest").root.addMethod("GET", new HttpIntegration("https://example.com")),
    "Shop/Rest/Default/GET (AWS::ApiGateway::Method): the integration type HTTP_PROXY is not served locally, only AWS_PROXY and MOCK are.",
  ],
  [
    "a state machine",
    ({ stack }) =>
      new StateMachine(stack, "Steps", {
        definitionBody: DefinitionBody.fromChainable(new Pass(stack, "Pass")),
      }),
    "Shop/Steps (AWS::StepFunctions::StateMachine): this type of resource is not served locally.",
  ],
  [
    "a schedule in a time zone",
    ({ stack, fn }) =>
      new Schedule(stack, "Nightly", {
        schedule: ScheduleExpression.cron({ hour: "3", minute: "0", timeZone: TimeZone.EUROPE_VIENNA }),
        target: new LambdaInvoke(fn),
      }),
    "Shop/Nightly (AWS::Scheduler::Schedule): the time zone Europe/Vienna of a cron schedule is not served locally, only UTC is.",
  ],
  [
    "a layer",
    ({ stack, fn }) =>
      fn.addLayers(new LayerVersion(stack, "Layer", { code: Code.fromAsset(import.meta.dirname) })),
    "Shop/Fn (AWS::Lambda::Function): the property Layers is not served locally.",
  ],
  [
    "a bucket",
    ({ stack }) => new Bucket(stack, "Pictures"),
    "Shop/Pictures (AWS::S3::Bucket): this type of resource is not served locally.",
  ],
  [
    "an ordered queue",
    ({ stack }) => new Queue(stack, "Orders", { fifo: true }),
    "Shop/Orders (AWS::SQS::Queue): the property FifoQueue is not served locally.",
  ],
];

test("an app with things that are not served is refused, each named in one sentence", async () => {
  const outdir = mkdtempSync(join(tmpdir(), "sample-refused-"));
  onTestFinished(() => rmSync(outdir, { recursive: true, force: true }));
  const app = new App({ outdir, postCliContext: { "aws:cdk:enable-path-metadata": true } });
  const stack = new Stack(app, "Shop");
  const code = Code.fromInline("exports.handler = async () => ({});");
  const fn = new Lambda(stack, "Fn", { code, handler: "index.handler", runtime: Runtime.NODEJS_22_X });
  for (const [, add] of FEATURES) add({ stack, fn });
  app.synth();

  const { exitCode, stdout, stderr } = await runToItsEnd(outdir);
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  const lines = stderr.trimEnd().split("\n");
  expect(lines[0]).toBe("The app cannot be served locally:");
  for (const [feature, , sentence] of FEATURES) {
    expect(
      lines.filter((line) => line === `  ${sentence}`),
      feature,
    ).toHaveLength(1);
  }
  // No stack, nothing but a sentence for a resource of the app.
  expect(lines.pop()).toBe("With --serve-the-rest everything else of it is.");
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}Shop\/\S+ \(AWS::[\w:]+\): .+\.$/);
  expect(stderr).not.toContain("Shop/Fn/ServiceRole");
});

async function runToItsEnd(assembly: string) {
  const child = spawnCloud({ projectFolder: import.meta.dirname, args: [assembly] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (output.stdout += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (output.stderr += chunk));
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, ...output };
}
