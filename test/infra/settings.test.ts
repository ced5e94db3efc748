import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../lib/settings.ts";
import { BASE } from "../../stages/base.ts";
import { STAGES } from "../../stages/index.ts";

const settingsOf = (context: Record<string, unknown>) => {
  const outcome = readSettings(context, STAGES);
  if (outcome.type === "failed") throw new Error(outcome.problems.join(" "));
  return outcome.settings;
};
const problemsOf = (context: Record<string, unknown>) => {
  const outcome = readSettings(context, STAGES);
  return outcome.type === "failed" ? outcome.problems : [];
};

describe("stages", () => {
  it("is dev unless told", () => {
    expect(settingsOf({})).toMatchObject({
      stage: "dev",
      disposable: true,
      identity: { type: "user-pool" },
    });
  });

  it("are those that have a file: another name is most likely a slip", () => {
    expect(problemsOf({ stage: "prdo" })).toEqual([
      'Setting "stage" must be one of those in stages/index.ts, dev, local, prod; it is "prdo".',
    ]);
    const more = readSettings({ stage: "eu" }, { ...STAGES, eu: BASE });
    expect(more).toMatchObject({ type: "ok", settings: { stage: "eu", disposable: false } });
  });

  it("are safe unless they say otherwise", () => {
    expect(BASE).toMatchObject({
      disposable: false,
      pointInTimeRecovery: true,
      selfSignUp: false,
      chosenHandles: false,
      directory: "off",
      allowedOrigins: [],
    });
  });

  it("keeps and protects data in prod, for no page until origins are named", () => {
    expect(settingsOf({ stage: "prod" })).toMatchObject({
      disposable: false,
      pointInTimeRecovery: true,
      alarms: true,
      allowedOrigins: [],
    });
  });

  it("limits nothing locally and needs no user pool", () => {
    expect(settingsOf({ stage: "local" })).toMatchObject({
      sendsPerSecond: 0,
      typingPerSecond: 0,
      readsPerSecond: 0,
      joinsPerSecond: 0,
      lookupsPerSecond: 0,
      conversationsPerHour: 0,
      discloseTo: "participants",
      directory: "prefix",
      presenceGraceSeconds: 10,
      allowedOrigins: ["*"],
      alarms: false,
      accessLogs: "off",
      identity: { type: "issuer", issuer: "https://issuer.parley.local", audiences: ["parley-local"] },
    });
  });
});

describe("values", () => {
  it("are read from -c, which gives text, and from cdk.json, which gives JSON", () => {
    const text = settingsOf({
      presenceGraceSeconds: "0",
      alarms: "false",
      logRetentionDays: "30",
      allowedOrigins: "*",
    });
    const json = settingsOf({
      presenceGraceSeconds: 0,
      alarms: false,
      logRetentionDays: 30,
      allowedOrigins: ["*"],
    });
    expect(text).toEqual(json);
    expect(text).toMatchObject({
      presenceGraceSeconds: 0,
      alarms: false,
      logRetentionDays: 30,
      allowedOrigins: ["*"],
    });
  });

  it("name the admins' scope: of a resource server with the pool, of any kind with another issuer", () => {
    expect(settingsOf({}).adminScope).toBe("parley/admin");
    expect(settingsOf({ adminScope: "acme/chat.admin" }).adminScope).toBe("acme/chat.admin");
    for (const adminScope of ["admin", "a/b/c", "/admin", "acme/", "acme/ad min", ""]) {
      expect(problemsOf({ adminScope })).toEqual([
        expect.stringMatching(/^Setting "adminScope" must be a resource server/),
      ]);
    }
    const own = { oidcIssuer: "https://i.example", oidcAudiences: "chat" };
    expect(settingsOf({ ...own, adminScope: "chat:admin" }).adminScope).toBe("chat:admin");
    expect(problemsOf({ ...own, adminScope: "chat admin" })).toHaveLength(1);
    expect(problemsOf({ ...own, adminDomainPrefix: "acme" })).toEqual([
      expect.stringMatching(/has no meaning beside/),
    ]);
    expect(problemsOf({ adminDomainPrefix: "cognito-chat" })).toHaveLength(1);
  });

  it("are lists as JSON or with commas", () => {
    const expected = ["https://a.example", "http://localhost:8080"];
    expect(settingsOf({ allowedOrigins: JSON.stringify(expected) }).allowedOrigins).toEqual(expected);
    expect(settingsOf({ allowedOrigins: expected.join(", ") }).allowedOrigins).toEqual(expected);
    expect(settingsOf({ stage: "local", allowedOrigins: "" }).allowedOrigins).toEqual([]);
  });

  it.each([
    "https://chat.example.com:8443",
    "http://localhost",
    "http://[::1]:3000",
    "http://tauri.localhost",
    "capacitor://localhost",
    "ionic://localhost",
    "tauri://localhost",
    "app://chat.example",
    "chrome-extension://abcdefghijklmnop",
    "file://",
    "null",
  ])("are origins as clients send them: %s", (origin) => {
    expect(settingsOf({ allowedOrigins: origin }).allowedOrigins).toEqual([origin]);
  });

  it.each([
    "https://chat.example.com/",
    "https://Chat.example.com",
    "https://chat.example.com:443",
    "https://*.example.com",
    "https://",
    "wss://chat.example.com",
    "chat.example.com",
    "capacitor://",
    "capacitor://localhost/",
    "capacitor:localhost",
    "Capacitor://localhost",
    "file:///",
    "Null",
    "undefined",
  ])("are no origins where no client sends them so: %s", (origin) => {
    expect(problemsOf({ allowedOrigins: origin })).toEqual([
      expect.stringContaining('"allowedOrigins" must hold only origins'),
    ]);
  });

  it("may lie anywhere within their bounds", () => {
    expect(problemsOf({ presenceGraceSeconds: "60", sendsPerSecond: "0", sweepMinutes: "1" })).toEqual([]);
  });
});

describe("a bad value", () => {
  it.each<[string, unknown, string]>([
    [
      "stage",
      "my_stage",
      'be 1 to 32 letters, digits and hyphens, beginning with a letter; it is "my_stage".',
    ],
    ["presenceGraceSeconds", "61", 'be a whole number from 0 to 60; it is "61".'],
    ["presenceGraceSeconds", "-1", 'be a whole number from 0 to 60; it is "-1".'],
    ["sendsPerSecond", "1.5", 'be a whole number from 0 to 10000; it is "1.5".'],
    ["typingPerSecond", "", 'be a whole number from 0 to 10000; it is "".'],
    ["sweepMinutes", 0, "be a whole number from 1 to 60; it is 0."],
    ["alarms", "yes", 'be true or false; it is "yes".'],
    ["directory", "all", 'be one of prefix, exact, off; it is "all".'],
    ["discloseTo", "friends", 'be one of participants, acquainted; it is "friends".'],
    ["accessLogs", "maybe", 'be one of off, http, on, with-account-role; it is "maybe".'],
    [
      "allowedOrigins",
      "https://a.example/",
      'hold only origins such as "https://chat.example.com", "capacitor://localhost" or "null", or "*"; it is "https://a.example/".',
    ],
    [
      "allowedOrigins",
      "[1]",
      'hold only origins such as "https://chat.example.com", "capacitor://localhost" or "null", or "*"; it is "[1]".',
    ],
    ["poolWebAclArn", "acl", 'be the ARN of a regional web ACL; it is "acl".'],
    ["emailFrom", "no-reply", 'be an address such as no-reply@example.com; it is "no-reply".'],
    ["emailRegion", "Ireland", 'be a region such as eu-west-1; it is "Ireland".'],
    ["mfa", "sms", 'be one of off, optional, required; it is "sms".'],
    [
      "signInCallbacks",
      "http://chat.example.com/",
      'hold only https URLs without fragment, http://localhost, or addresses of an app\'s own scheme; it is "http://chat.example.com/".',
    ],
    ["alarmTopicArn", "topic", 'be the ARN of an SNS topic; it is "topic".'],
  ])("is one sentence that names %s (%j)", (key, value, rest) => {
    expect(problemsOf({ [key]: value })).toEqual([`Setting "${key}" must ${rest}`]);
  });

  it.each([1.5, 0, 2, 8, "10 days"])("is a retention CloudWatch does not offer: %j", (logRetentionDays) => {
    expect(problemsOf({ logRetentionDays })).toEqual([
      expect.stringMatching(/^Setting "logRetentionDays" must be one of 1, 3, 5, .* 3653; it is /),
    ]);
  });

  it("does not hide the next", () => {
    expect(problemsOf({ stage: "9", memoryMb: "64", alarms: "1" })).toHaveLength(3);
  });

  it("may be a key nobody knows", () => {
    expect(problemsOf({ sendPerSecond: "5" })).toEqual([
      expect.stringMatching(
        /^There is no setting "sendPerSecond"; did you mean "sendsPerSecond"\? All of them: /,
      ),
    ]);
    expect(
      problemsOf({ "@aws-cdk/core:newStyle": true, "aws:cdk:bundling-stacks": [], "cli-telemetry": false }),
    ).toEqual([]);
  });
});

describe("a stage's file", () => {
  const problemsOfFile = (values: object, context: Record<string, unknown> = {}) => {
    const stages = { ...STAGES, eu: { ...BASE, ...values } };
    const outcome = readSettings({ stage: "eu", ...context }, stages);
    return outcome.type === "failed" ? outcome.problems : [];
  };

  it("is read as strictly as -c, and named", () => {
    expect(problemsOfFile({ memoryMb: 64 })).toEqual([
      'Setting "memoryMb" must be a whole number from 128 to 10240; it is 64 in stages/eu.ts.',
    ]);
    expect(problemsOfFile({ memoryMB: 512 })).toEqual([
      expect.stringMatching(/^There is no setting "memoryMB" in stages\/eu\.ts; did you mean "memoryMb"\?/),
    ]);
    expect(problemsOfFile({ alarms: undefined })).toEqual(['Setting "alarms" is missing in stages/eu.ts.']);
  });

  it("gives way to -c, value by value", () => {
    expect(problemsOfFile({ memoryMb: 64 }, { memoryMb: "512" })).toEqual([]);
    expect(settingsOf({ stage: "prod", logRetentionDays: "30" })).toEqual({
      ...settingsOf({ stage: "prod" }),
      logRetentionDays: 30,
    });
  });

  it("is not of another stage", () => {
    expect(
      problemsOfFile({ oidcIssuer: "https://issuer.parley.local", oidcAudiences: ["parley-local"] }),
    ).toEqual(['Setting "oidcIssuer" is that of the stage local: nothing deployed finds its keys.']);
    expect(problemsOf({ stage: "local", customerKey: "true" })).toEqual([
      'Setting "customerKey" must be false in the stage local, which has no KMS.',
    ]);
    expect(problemsOf({ stage: "local", disposable: "false" })).toEqual([
      'Setting "disposable" must be true in the stage local, which protects nothing.',
    ]);
  });
});

describe("two values that contradict each other", () => {
  const ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/chat/1";
  const ISSUER = { oidcIssuer: "https://i.example", oidcAudiences: "web" };
  it.each<[Record<string, string>, string]>([
    [
      { stage: "prod", pointInTimeRecovery: "false" },
      'Setting "pointInTimeRecovery" may be false only where "disposable" is true.',
    ],
    [
      { alarms: "false", alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:night" },
      'Setting "alarmTopicArn" has no meaning while "alarms" is false.',
    ],
    [
      { signInCallbacks: "https://chat.example.com/" },
      'Setting "signInCallbacks" needs "adminDomainPrefix" beside it, or the page: a host to sign in at.',
    ],
    [
      { page: "true", adminDomainPrefix: "acme", pageSignInPrefix: "acme-chat" },
      'Settings "adminDomainPrefix" and "pageSignInPrefix" name one host: give one of them.',
    ],
    [{ emailRegion: "eu-west-1" }, 'Setting "emailRegion" needs "emailFrom" beside it.'],
    [{ pageWebAclArn: ACL }, 'Setting "pageWebAclArn" needs "page" to be true.'],
    [
      { ...ISSUER, threatProtection: "true" },
      'Setting "threatProtection" is for the user pool: it has no meaning beside "oidcIssuer".',
    ],
    [
      { ...ISSUER, emailFrom: "chat@example.com" },
      'Setting "emailFrom" is for the user pool: it has no meaning beside "oidcIssuer".',
    ],
    [
      { stage: "local", oidcIssuer: "https://i.example" },
      'Setting "oidcIssuer" needs "oidcAudiences" beside it: at least one audience.',
    ],
  ])("are one sentence that names them: %j", (context, sentence) => {
    expect(problemsOf(context)).toEqual([sentence]);
  });
});

describe("throttles of single routes", () => {
  it("name a route or an action, and both figures", () => {
    const throttling = (route: string, throttle: unknown) =>
      problemsOf({ routeThrottles: JSON.stringify({ [route]: throttle }) });
    expect(throttling("send_message", { rate: 100, burst: 200 })).toEqual([]);
    expect(throttling("GET /api/users/search", { rate: 5, burst: 5 })).toEqual([]);
    expect(throttling("POST /api/nothing", { rate: 1, burst: 1 })).toEqual([
      'Setting "routeThrottles" names "POST /api/nothing", which is no route and no action.',
    ]);
    for (const bad of [5, null, { rate: 5 }, { rate: 0, burst: 1 }, { rate: 1, burst: 1, per: "minute" }]) {
      expect(throttling("sync", bad)).toEqual([
        expect.stringMatching(/^Setting "routeThrottles" must have \{"rate", "burst"\} for each route/),
      ]);
    }
    expect(problemsOf({ routeThrottles: "fast" })).toHaveLength(1);
  });
});

it("every setting stands in the document of operations", () => {
  const [sentence = ""] = problemsOf({ zzzzzzzz: 1 });
  const keys = sentence
    .replace(/^.*; the settings are /, "")
    .replace(/\.$/, "")
    .split(", ");
  expect(keys.length).toBeGreaterThan(40);
  const operations = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  expect(keys.filter((key) => !operations.includes(`\`${key}\``))).toEqual([]);
});

describe("a setting that is gone", () => {
  it("says what to write instead", () => {
    expect(problemsOf({ retainData: "true" })).toEqual([
      'There is no setting "retainData" any more: data is kept and protected unless "disposable" is true.',
    ]);
  });
});

describe("an issuer", () => {
  it("needs an audience", () => {
    const missing = ['Setting "oidcIssuer" needs "oidcAudiences" beside it: at least one audience.'];
    expect(problemsOf({ oidcIssuer: "https://i.example" })).toEqual(missing);
    expect(problemsOf({ oidcIssuer: "https://i.example", oidcAudiences: "" })).toEqual(missing);
  });

  it("is not half given", () => {
    expect(problemsOf({ oidcAudiences: "web" })).toEqual([
      'Setting "oidcAudiences" needs "oidcIssuer" beside it.',
    ]);
    expect(problemsOf({ jwksUri: "https://i.example/jwks" })).toEqual([
      'Setting "jwksUri" needs "oidcIssuer" beside it.',
    ]);
  });

  it.each(["http://i.example", "i.example", "https://i.example?x=1", "https://"])(
    "is an https URL, unlike %s",
    (issuer) => {
      expect(problemsOf({ oidcIssuer: issuer, oidcAudiences: "web" })).toContain(
        `Setting "oidcIssuer" must be an https URL without query or fragment; it is "${issuer}".`,
      );
    },
  );
});
