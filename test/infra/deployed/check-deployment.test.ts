import { describe, expect, it } from "vitest";
import { checkDeployment } from "../../../lib/deployed/check-deployment.ts";
import { checkIssuer } from "../../../lib/deployed/check-issuer.ts";
import { checkTable } from "../../../lib/deployed/check-table.ts";
import { type Foundations, parseFoundations } from "../../../lib/deployed/foundations.ts";
import type { AskAws } from "../../../lib/deployed/read-deployed.ts";
import { synthesize } from "../synthesize.ts";
import { describedStacks, describedTable, FOUNDATIONS, NO_STACK, TABLE } from "./described.ts";

const STACK = "parley-qa-data";
const answer = (stdout: string) => ({ status: 0, stdout, stderr: "" });
const refusal = (stderr: string) => ({ status: 254, stdout: "", stderr });

/** An account that holds a deployed stage, or what is said of it. */
const account =
  (foundations: string | null, table: object = TABLE): AskAws =>
  ([service]) =>
    service === "dynamodb"
      ? answer(describedTable(table))
      : answer(
          describedStacks({
            TableName: TABLE.TableName,
            ...(foundations === null ? {} : { Foundations: foundations }),
          }),
        );
const lossesOf = async (deployed: Partial<Foundations>, next: Partial<Foundations>) => {
  const askAws = account(JSON.stringify({ ...FOUNDATIONS, ...deployed }));
  const checks = { askAws, checkIssuerOf: () => Promise.resolve(null) };
  const { problems, losses } = await checkDeployment(STACK, { ...FOUNDATIONS, ...next }, checks);
  expect(problems).toEqual([]);
  return losses;
};

describe("the record of what is deployed", () => {
  const recordOf = (settings: Record<string, string>) =>
    parseFoundations(synthesize(settings).outputs()["Foundations"] as string);

  it("is an output that needs nothing deployed to be read", () => {
    expect(recordOf({ stage: "prod" })).toEqual(FOUNDATIONS);
    expect(recordOf({ stage: "dev", oidcIssuer: "https://login.example.com", oidcAudiences: "web" })).toEqual(
      {
        issuer: "https://login.example.com",
        table: "TableCD117FA1 by pk and sk",
        pool: null,
        disposable: true,
        pointInTimeRecovery: true,
        logRetentionDays: 14,
      },
    );
  });

  it.each(["", "null", "{}", "7", JSON.stringify({ ...FOUNDATIONS, pool: 1 })])(
    "is not anything else: %j",
    (text) => {
      expect(parseFoundations(text)).toBeNull();
    },
  );
});

describe("a deployment that changes what it stands on", () => {
  const ISSUER = { issuer: "https://login.example.com", pool: null };
  it.each<[string, Partial<Foundations>, Partial<Foundations>, RegExp]>([
    ["issuer", {}, ISSUER, /^The issuer would change from user-pool to https:\/\/login\.example\.com: /],
    ["issuer", ISSUER, {}, /^The issuer would change from https:\/\/login\.example\.com to user-pool: /],
    ["table", {}, { table: "Table2 by pk and sk" }, /^The table would be another, and empty: .* Table2 /],
    [
      "pool",
      {},
      { pool: "UserPool6BA7E5F2 by user name" },
      /^The user pool would be another, without its users: /,
    ],
    ["retention", {}, { disposable: true }, /"disposable" would become true\.$/],
    ["retention", {}, { pointInTimeRecovery: false }, /"pointInTimeRecovery" would become false\.$/],
    ["retention", {}, { logRetentionDays: 30 }, /^Logs would be kept for 30 days in place of 90/],
  ])("is told what would be lost: %s", async (name, deployed, next, sentence) => {
    expect(await lossesOf(deployed, next)).toEqual([
      { name, sentence: expect.stringMatching(sentence) as string },
    ]);
  });

  it("passes with what is the same, or safer", async () => {
    expect(await lossesOf({}, {})).toEqual([]);
    const lax = { disposable: true, pointInTimeRecovery: false, logRetentionDays: 14 };
    expect(await lossesOf(lax, {})).toEqual([]);
  });

  it("is the first one where there is no stack, and not compared where there is no record", async () => {
    const first = await checkDeployment(STACK, FOUNDATIONS, { askAws: () => refusal(NO_STACK) });
    expect(first).toEqual({ problems: [], losses: [] });
    const old = await checkDeployment(STACK, FOUNDATIONS, { askAws: account(null) });
    expect(old).toMatchObject({ problems: [], losses: [{ name: "record" }] });
  });

  it("is refused where nobody can say what is deployed", async () => {
    const expired = "An error occurred (ExpiredToken) when calling the DescribeStacks operation";
    const { problems } = await checkDeployment(STACK, FOUNDATIONS, { askAws: () => refusal(expired) });
    expect(problems).toEqual([`What is deployed as ${STACK} cannot be read: ${expired}`]);
    const askAws: AskAws = (args) =>
      args[0] === "dynamodb" ? refusal("AccessDenied") : account(JSON.stringify(FOUNDATIONS))(args);
    expect((await checkDeployment(STACK, FOUNDATIONS, { askAws })).problems).toEqual([
      `The table ${TABLE.TableName} of what is deployed cannot be read: AccessDenied`,
    ]);
  });
});

describe("the deployed table", () => {
  it("has the keys and the stream that the stores rely on, or says what it has", () => {
    expect(checkTable(TABLE)).toEqual([]);
    const { StreamSpecification: _, ...still } = TABLE;
    expect(checkTable(still)).toEqual([
      expect.stringMatching(/has no stream where NEW_AND_OLD_IMAGES is expected/),
    ]);
    const half = { StreamEnabled: true, StreamViewType: "NEW_IMAGE" };
    expect(checkTable({ ...TABLE, StreamSpecification: half })).toEqual([
      expect.stringMatching(/has a stream of NEW_IMAGE where NEW_AND_OLD_IMAGES is expected/),
    ]);
    expect(checkTable({ ...TABLE, KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] })).toEqual([
      expect.stringMatching(/has the keys id and none where pk and sk are expected/),
    ]);
  });

  it("stops a deployment whatever is agreed to", async () => {
    const { StreamSpecification: _, ...still } = TABLE;
    const askAws = account(JSON.stringify(FOUNDATIONS), still);
    expect((await checkDeployment(STACK, FOUNDATIONS, { askAws })).problems).toHaveLength(1);
  });
});

describe("an issuer", () => {
  const ISSUER = "https://login.example.com/tenant/";
  const URL_ASKED = "https://login.example.com/tenant/.well-known/openid-configuration";
  const DOCUMENT = { issuer: ISSUER, jwks_uri: "https://login.example.com/keys" };
  const about = `Setting "oidcIssuer": ${URL_ASKED}`;
  const asked = (respond: () => Response) => {
    const ask: typeof fetch = (url) => {
      expect(url).toBe(URL_ASKED);
      return Promise.resolve().then(respond);
    };
    return checkIssuer(ISSUER, ask);
  };

  it("is found by discovery, under its name to the letter", async () => {
    expect(await asked(() => Response.json(DOCUMENT))).toBeNull();
    expect(
      await asked(() => Response.json({ ...DOCUMENT, issuer: "https://login.example.com/tenant" })),
    ).toBe(
      `${about} names the issuer https://login.example.com/tenant, which "oidcIssuer" must be to the letter; it is ${ISSUER}.`,
    );
  });

  it("is one sentence where it cannot be reached, or is none", async () => {
    const gone = () => {
      throw Object.assign(new TypeError("fetch failed"), { cause: { code: "ENOTFOUND" } });
    };
    expect(await asked(gone)).toBe(`${about} cannot be reached (ENOTFOUND).`);
    expect(await asked(() => new Response(null, { status: 404 }))).toBe(`${about} answers 404.`);
    for (const body of ["<html>", "null", "[]"]) {
      expect(await asked(() => new Response(body))).toBe(
        `${about} is no document of OpenID Connect Discovery.`,
      );
    }
    expect(await asked(() => Response.json({ issuer: ISSUER }))).toBe(
      `${about} names no "jwks_uri": nothing could check a token.`,
    );
  });

  it("stops a deployment", async () => {
    const checkIssuerOf = () => Promise.resolve(`${about} answers 404.`);
    const next = { ...FOUNDATIONS, issuer: ISSUER, pool: null };
    const askAws: AskAws = () => refusal(NO_STACK);
    expect((await checkDeployment(STACK, next, { askAws, checkIssuerOf })).problems).toEqual([
      `${about} answers 404.`,
    ]);
  });
});
