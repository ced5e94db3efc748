import { describe, expect, it } from "vitest";
import { ENV_SPEC, type FunctionName } from "../../lambdas/runtime/env-spec.ts";
import { synthesize } from "./synthesize.ts";

const dev = synthesize({ stage: "dev" });
const FUNCTIONS: Readonly<Record<FunctionName, string>> = {
  websocket: "WebSocketFunction",
  http: "HttpFunction",
  admin: "AdminFunction",
  authorizer: "AuthorizerFunction",
  worker: "WorkerFunction",
  signUp: "PostConfirmationFunction",
};
const fn = (name: FunctionName, settings: Record<string, string> = { stage: "dev" }) =>
  synthesize(settings).one("AWS::Lambda::Function", FUNCTIONS[name]).Properties;
const environment = (name: FunctionName, settings?: Record<string, string>) =>
  (fn(name, settings)["Environment"] as { Variables: Record<string, string> }).Variables;

const names = Object.keys(FUNCTIONS) as FunctionName[];

describe.each(names)("function %s", (name) => {
  it("has the variables of its specification", () => {
    const variables = environment(name);
    expect(Object.keys(variables)).toEqual(expect.arrayContaining([...ENV_SPEC[name].required]));
    const known: readonly string[] = [...ENV_SPEC[name].required, ...ENV_SPEC[name].optional];
    expect(Object.keys(variables).filter((key) => !known.includes(key))).toEqual([]);
    expect(
      Object.entries(variables).filter(([, value]) => typeof value !== "string" || value === ""),
    ).toEqual([]);
  });

  it("runs on arm64 and the current runtime, logs JSON to a group of its own, traces nothing", () => {
    const properties = fn(name);
    expect(properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      MemorySize: 1024,
      LoggingConfig: {
        LogFormat: "JSON",
        LogGroup: `{${FUNCTIONS[name]}Logs}`,
        // A line of metrics has no level and counts as INFO; Lambda's own on each invocation are INFO too.
        ApplicationLogLevel: "TRACE",
        SystemLogLevel: "WARN",
      },
    });
    expect(properties).not.toHaveProperty("TracingConfig");
    expect(dev.one("AWS::Logs::LogGroup", `${FUNCTIONS[name]}Logs`).Properties).toMatchObject({
      RetentionInDays: 14,
    });
  });
});

describe("variables", () => {
  it("name the deployment's own table, queue and connections", () => {
    for (const name of names) expect(environment(name)["TABLE_NAME"]).toBe("{Table}");
    for (const name of ["websocket", "http", "admin", "worker"] as const) {
      expect(environment(name)["CALLBACK_URL"]).toBe(
        "https://{WebSocket/Api}.execute-api.{AWS::Region}.{AWS::URLSuffix}/dev",
      );
    }
    for (const name of ["websocket", "http", "admin", "worker"] as const)
      expect(environment(name)["QUEUE_URL"]).toBe("{Jobs}");
  });

  it("carry the log level", () => {
    for (const name of names) {
      expect(environment(name)["LOG_LEVEL"]).toBe("warn");
      expect(environment(name, { stage: "dev", logLevel: "debug" })["LOG_LEVEL"]).toBe("debug");
    }
  });

  it("name the stage that metrics are counted for, where they are", () => {
    for (const name of ["websocket", "http", "admin", "worker"] as const) {
      expect(environment(name)).toMatchObject({ METRICS_STAGE: "dev" });
      expect(environment(name, { stage: "dev", metrics: "false" })).not.toHaveProperty("METRICS_STAGE");
      expect(environment(name, { stage: "local" })).not.toHaveProperty("METRICS_STAGE");
    }
  });

  it("carry the settings", () => {
    const settings = {
      stage: "local",
      presenceGraceSeconds: "0",
      sendsPerSecond: "7",
      typingPerSecond: "3",
      readsPerSecond: "20",
      joinsPerSecond: "8",
      lookupsPerSecond: "9",
      conversationsPerHour: "4",
      maxGroupMembers: "12",
      discloseTo: "acquainted",
      directory: "exact",
    };
    for (const name of ["websocket", "http", "admin", "worker"] as const) {
      expect(environment(name, settings)).toMatchObject({
        PRESENCE_GRACE_SECONDS: "0",
        DISCLOSE_TO: "acquainted",
      });
    }
    expect(environment("websocket", settings)).toMatchObject({
      SENDS_PER_SECOND: "7",
      TYPING_PER_SECOND: "3",
      READS_PER_SECOND: "20",
      JOINS_PER_SECOND: "8",
    });
    expect(environment("http", settings)).toMatchObject({
      SENDS_PER_SECOND: "7",
      READS_PER_SECOND: "20",
      LOOKUPS_PER_SECOND: "9",
      CONVERSATIONS_PER_HOUR: "4",
      DIRECTORY: "exact",
      MAX_GROUP_MEMBERS: "12",
    });
    expect(environment("http", { stage: "prod" })).toMatchObject({ DIRECTORY: "off" });
    expect(environment("websocket", { stage: "local" })).toMatchObject({
      PRESENCE_GRACE_SECONDS: "10",
      SENDS_PER_SECOND: "0",
      TYPING_PER_SECOND: "0",
    });
  });

  it("tell the authorizer whose tokens to accept, from which pages", () => {
    expect(environment("authorizer")).toMatchObject({
      ISSUER: "{UserPool.ProviderURL}",
      AUDIENCES: '["{UserPool/AppClient}"]',
      ALLOWED_ORIGINS: '["http://localhost:3000","http://localhost:5173"]',
    });
    expect(environment("authorizer", { stage: "local" })).toMatchObject({
      ISSUER: "https://issuer.parley.local",
      AUDIENCES: '["parley-local"]',
      ALLOWED_ORIGINS: '["*"]',
    });
  });
});

describe("timeouts", () => {
  it("end before the caller stops waiting", () => {
    // Integrations and authorizers wait 29 seconds at most, Cognito 5.
    for (const name of ["websocket", "http", "admin", "authorizer"] as const) {
      expect(fn(name)["Timeout"]).toBeLessThan(29);
    }
    expect(fn("signUp")["Timeout"]).toBeLessThanOrEqual(5);
  });
});

it("lets the worker alone call itself: Lambda breaks any other such chain after about 16 hops", () => {
  expect(Object.fromEntries(names.map((name) => [name, fn(name)["RecursiveLoop"]]))).toEqual({
    websocket: "Terminate",
    http: "Terminate",
    admin: "Terminate",
    authorizer: "Terminate",
    worker: "Allow",
    signUp: "Terminate",
  });
});
