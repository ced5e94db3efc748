import { buildSync } from "esbuild";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { addBareApis } from "./bare-apis.ts";
import { addEvents } from "./events.ts";
import { addHttpApi } from "./http-api.ts";
import type { FunctionOptions } from "./function-options.ts";
import { addMessaging } from "./messaging.ts";
import { addRestApis } from "./rest-api.ts";
import { addSocketApi } from "./socket-api.ts";

/**
 * The app the conformance tests run on. One scripted handler plays every function; `variant=bare` is a second
 * app for what depends on something being absent: no authorizer, no `$default` route, no CORS;
 * `variant=services` a third one, without sockets: REST APIs, topics, a bus.
 */
const app = new App();
const stack = new Stack(app, "Conformance");
const built = mkdtempSync(join(tmpdir(), "conformance-app-"));
buildSync({
  entryPoints: ["actor", "broken"].map((name) => join(import.meta.dirname, `../lambdas/${name}.ts`)),
  outdir: built,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // The runtime brings it.
  external: ["@aws-sdk/*"],
  logLevel: "silent",
});
const code = Code.fromAsset(built);

const lambda = (name: string, options: FunctionOptions = {}): Lambda =>
  new Lambda(stack, name, {
    runtime: Runtime.NODEJS_22_X,
    handler: options.handler ?? "actor.handler",
    code,
    timeout: Duration.seconds(options.timeoutSeconds ?? 20),
    memorySize: options.memoryMb ?? 256,
    environment: { ROLE: name },
    ...(options.recursiveLoop === undefined ? {} : { recursiveLoop: options.recursiveLoop }),
    ...(options.processes === undefined ? {} : { reservedConcurrentExecutions: options.processes }),
  });

const actor = lambda("Actor");
const variant: unknown = app.node.tryGetContext("variant");
if (variant === "bare") {
  addBareApis(stack, actor);
} else if (variant === "services") {
  const brief = lambda("Brief", { timeoutSeconds: 1 });
  addRestApis(stack, { actor, brief, gatekeeper: lambda("Gatekeeper", { handler: "actor.gatekeeper" }) });
  addMessaging(stack, (name, processes) => lambda(name, { processes }));
} else {
  const brief = lambda("Brief", { timeoutSeconds: 1 });
  addSocketApi(stack, { actor, brief, gatekeeper: lambda("Gatekeeper", { handler: "actor.gatekeeper" }) });
  addHttpApi(stack, {
    actor,
    brief,
    single: lambda("Single", { processes: 1, timeoutSeconds: 2 }),
    double: lambda("Double", { processes: 2 }),
    small: lambda("Small", { memoryMb: 128 }),
    broken: lambda("Broken", { handler: "broken.handler" }),
  });
  addEvents(stack, lambda);
}
