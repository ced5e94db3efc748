import { App, Stack } from "aws-cdk-lib";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "../support/folders.ts";
import { startCloudProcess, type RunningCloud } from "../support/start-cloud.ts";

export interface AppParts {
  readonly stack: Stack;
  /** A function whose code stands in the template, as CommonJS. */
  readonly lambda: (id: string, code: string, environment?: Record<string, string>) => Lambda;
}

/** An app of one stack, made by the CDK as its own project would make it; the folder of its assembly. */
function makeApp(name: string, build: (parts: AppParts) => void): string {
  const outdir = temporaryFolder();
  const app = new App({ outdir, postCliContext: { "aws:cdk:enable-path-metadata": true } });
  const stack = new Stack(app, name);
  const lambda: AppParts["lambda"] = (id, code, environment = {}) =>
    new Lambda(stack, id, {
      code: Code.fromInline(code),
      handler: "index.handler",
      runtime: Runtime.NODEJS_22_X,
      environment,
    });
  build({ stack, lambda });
  app.synth();
  return outdir;
}

/** Serves such an app until the test is over. */
export async function serveApp(
  name: string,
  build: (parts: AppParts) => void,
  args: readonly string[] = [],
): Promise<RunningCloud> {
  const folder = makeApp(name, build);
  const cloud = await startCloudProcess({ projectFolder: folder, args: [...args, folder] });
  onTestFinished(async () => {
    await cloud.stop();
  });
  return cloud;
}
