import { describe, expect, it } from "vitest";
import { readSettings } from "../../lib/settings.ts";

const settingsOf = (context: Record<string, unknown>) => {
  const outcome = readSettings(context);
  if (outcome.type === "failed") throw new Error(outcome.problems.join(" "));
  return outcome.settings;
};
const problemsOf = (context: Record<string, unknown>) => {
  const outcome = readSettings(context);
  return outcome.type === "failed" ? outcome.problems : [];
};

describe("stages", () => {
  it("is dev unless told", () => {
    expect(settingsOf({})).toMatchObject({
      stage: "dev",
      retainData: false,
      identity: { type: "user-pool" },
    });
  });

  it("gives any other name what dev has", () => {
    expect(settingsOf({ stage: "qa" })).toEqual({ ...settingsOf({ stage: "dev" }), stage: "qa" });
  });

  it("keeps and protects data in prod, for no page until origins are named", () => {
    expect(settingsOf({ stage: "prod" })).toMatchObject({
      retainData: true,
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
      expect.stringMatching(/^There is no setting "sendPerSecond"; the settings are .*sendsPerSecond.*\.$/),
    ]);
    expect(
      problemsOf({ "@aws-cdk/core:newStyle": true, "aws:cdk:bundling-stacks": [], "cli-telemetry": false }),
    ).toEqual([]);
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
