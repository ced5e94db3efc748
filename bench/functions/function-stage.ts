import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FunctionModel } from "../../local/assembly/model.ts";
import type { FunctionName } from "../../lambdas/runtime/env-spec.ts";
import { type Bundles, bundleFunctions } from "../../lib/bundling/bundle-functions.ts";
import { readAssembly } from "../../local/assembly/read-assembly.ts";
import { createSynthesizer } from "../../local/assembly/synthesize.ts";
import { startEngine } from "../../local/database/engine.ts";
import { provisionTables } from "../../local/database/provision-tables.ts";
import { functionEnvironment } from "../../local/functions/function-environment.ts";
import { openLocalIssuer } from "../../local/identity/issuer.ts";
import { authorizerEvent } from "../../test/support/events.ts";
import { startLocalServer } from "../../local/test/support/local-server.ts";

/** What one fresh process measured. Milliseconds. */
export interface Run {
  readonly loadMs: number;
  readonly firstCallMs: number;
  readonly loadCpuMs: number;
  readonly firstCallCpuMs: number;
  /** Of one further call among the first third of them; null without any. */
  readonly warmingCpuMs: number | null;
  /** Of one further call after those; null without any. */
  readonly warmCpuMs: number | null;
  /** When each of those after the first third began and ended, on the machine's clock. */
  readonly calls: readonly { readonly startedAt: number; readonly endedAt: number }[];
  /** Of a fixed piece of work in the same process. */
  readonly yardstickCpuMs: number;
  readonly answers: readonly { readonly statusCode?: number; readonly body?: string }[];
}

/** What runs in the fresh process, where it is not the built function on this Node. */
export interface Exchange {
  /** Folder of another build of the function. */
  readonly codePath?: string;
  /** Path of another Node. */
  readonly node?: string;
  /** In the place of what the function's environment has. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The built functions before an engine and a management API that accepts every post. */
export interface FunctionStage {
  /** Folder of each function's code, as it is deployed. */
  readonly bundles: Bundles;
  readonly databaseUrl: string;
  readonly region: string;
  /** For whatever else a benchmark writes; gone after `stop`. */
  readonly workFolder: string;
  /** Loads the function in a fresh process on one core and calls it with the events, one after the other. */
  run(name: FunctionName, first: unknown, more?: readonly unknown[], exchange?: Exchange): Promise<Run>;
  /** The authorizer's event of a user with a valid token. */
  upgradeOf(userId: string): unknown;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "../..");
const SCRIPT = join(import.meta.dirname, "measured-function.cjs");
/** By whose template each gets its environment. */
const NAMES: Readonly<Record<FunctionName, string>> = {
  websocket: "WebSocketFunction",
  http: "HttpFunction",
  admin: "AdminFunction",
  authorizer: "AuthorizerFunction",
  worker: "WorkerFunction",
  // The stage `local` has no user pool and so no trigger: the authorizer's holds all that it reads.
  signUp: "AuthorizerFunction",
};
const DAY_SECONDS = 86_400;

/** `onPush` hears of each request to the management API as it arrives. */
export async function startFunctionStage(onPush: () => void = () => undefined): Promise<FunctionStage> {
  // The SDK that makes the tables would say in each run that it will leave Node 20 behind.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const synthesizer = createSynthesizer({
    folder: ROOT,
    settings: { stage: "local" },
    cacheFolder: join(ROOT, ".local/assemblies"),
  });
  const synthesis = await synthesizer.synthesize();
  if (synthesis.type === "failed") throw new Error(synthesis.message);
  const started = await startEngine({ dataDir: null });
  if (started.type === "unavailable") throw new Error(started.message);
  const { engine } = started;
  const [management, issuer, workFolder] = await Promise.all([
    startLocalServer((_request, _body, response) => {
      onPush();
      response.end();
    }),
    openLocalIssuer({ folder: null }),
    mkdtemp(join(tmpdir(), "bench-functions-")),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([engine.stop(), management.close(), rm(workFolder, { recursive: true, force: true })]);
  };
  const origin = { httpUrl: management.url, databaseUrl: engine.url, queueUrl: management.url };
  const reading = await readAssembly(synthesis.folder, origin, workFolder);
  if (reading.type === "failed") {
    await stop();
    throw new Error(reading.problems.join("\n"));
  }
  const bundling = await bundleFunctions(workFolder);
  if (bundling.type === "failed") {
    await stop();
    throw new Error(bundling.problems.join("\n"));
  }
  const { bundles } = bundling;
  const { functions, tables, region } = reading.model;
  await provisionTables({ url: engine.url, region, tables, dataDir: null });

  const named = (name: FunctionName): FunctionModel => {
    const found = functions.find((fn) => fn.name === NAMES[name]);
    if (found === undefined) throw new Error(`The app has no ${NAMES[name]}.`);
    return found;
  };
  const { environment } = named("authorizer");
  return {
    bundles,
    databaseUrl: engine.url,
    region,
    workFolder,
    stop,
    run: (name, first, more = [], { codePath, node, environment: others } = {}) => {
      const env = functionEnvironment(named(name), "", {
        AWS_ENDPOINT_URL_DYNAMODB: engine.url,
        OIDC_JWKS: issuer.jwks(),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        ...others,
      });
      return runOnOneCore(node ?? process.execPath, env, {
        codePath: codePath ?? bundles[name],
        first,
        more,
      });
    },
    upgradeOf: (userId) => {
      const now = Math.floor(Date.now() / 1000);
      const [aud] = JSON.parse(environment["AUDIENCES"] ?? "[]") as string[];
      const times = { iat: now, exp: now + DAY_SECONDS };
      const token = issuer.sign({ sub: userId, iss: environment["ISSUER"], aud, ...times });
      return authorizerEvent({ headers: { Authorization: `Bearer ${token}` } });
    },
  };
}

async function runOnOneCore(
  node: string,
  env: Readonly<Record<string, string>>,
  message: object,
): Promise<Run> {
  const child = spawn("taskset", ["-c", "0", node, SCRIPT], {
    env: { ...env, PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.send(message);
  const [run] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => {
      throw new Error(`The measured function ended with ${String(code)}.`);
    }),
  ])) as [Run];
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return run;
}
