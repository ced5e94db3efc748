import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { FetchError } from "aws-jwt-verify/error";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keySourceOf } from "../../../lambdas/authorizer/key-source.ts";
import { createTokenVerifier } from "../../../lambdas/authorizer/token-verifier.ts";
import { AUDIENCE, makeIssuer } from "../../support/token-issuer.ts";

const OKTA = "https://example.okta.com/oauth2/default";
const KEYS = `${OKTA}/v1/keys`;
const CONFIGURATION = `${OKTA}/.well-known/openid-configuration`;

const issuer = makeIssuer();
const rotated = makeIssuer("key-2");

/** What stands at each address; an error is what asking for it ends in. */
let documents: Record<string, string | Error>;
let asked: string[];
beforeEach(() => {
  asked = [];
  documents = {
    [CONFIGURATION]: JSON.stringify({ issuer: OKTA, jwks_uri: KEYS }),
    [KEYS]: issuer.keySet,
  };
});
afterEach(() => vi.useRealTimers());

const web = {
  fetch(uri: string): Promise<ArrayBuffer> {
    asked.push(uri);
    const document = documents[uri] ?? new FetchError(uri, "Status code is 404, expected 200");
    if (document instanceof Error) return Promise.reject(document);
    return Promise.resolve(new TextEncoder().encode(document).buffer);
  },
};

function verifierOf(ISSUER: string, variables: Record<string, string> = {}) {
  const env = { TABLE_NAME: "t", ISSUER, AUDIENCES: [AUDIENCE], ALLOWED_ORIGINS: [], ...variables };
  return createTokenVerifier(env, keySourceOf(env, web));
}
const tokenOf = (iss: string, from = issuer): string => from.sign({ iss });

describe("the keys of an issuer", () => {
  it("are where its configuration says, looked up once", async () => {
    const verifier = verifierOf(OKTA);
    for (let times = 0; times < 3; times += 1) {
      await expect(verifier.verify(tokenOf(OKTA))).resolves.toMatchObject({ sub: "ann" });
    }
    expect(asked).toEqual([CONFIGURATION, KEYS]);
  });

  it("are looked up again with a key that is not known, wherever they have moved", async () => {
    const verifier = verifierOf(OKTA);
    await verifier.verify(tokenOf(OKTA));
    const moved = `${OKTA}/v2/keys`;
    documents[CONFIGURATION] = JSON.stringify({ issuer: OKTA, jwks_uri: moved });
    documents[moved] = rotated.keySet;
    await expect(verifier.verify(tokenOf(OKTA, rotated))).resolves.toMatchObject({ sub: "ann" });
    expect(asked).toEqual([CONFIGURATION, KEYS, CONFIGURATION, moved]);
  });

  it.each([
    [
      "Entra's",
      "https://login.microsoftonline.com/tenant/v2.0",
      "https://login.microsoftonline.com/tenant/discovery/v2.0/keys",
    ],
    ["Auth0's, with a slash at the end", "https://example.auth0.com/", "https://example.auth0.com/keys"],
    [
      "Google's, on another host",
      "https://accounts.google.com",
      "https://www.googleapis.com/oauth2/v3/certs",
    ],
  ])("are found at %s", async (_whose, iss, jwksUri) => {
    const configuration = `${iss.replace(/\/$/, "")}/.well-known/openid-configuration`;
    documents = {
      [configuration]: JSON.stringify({ issuer: iss, jwks_uri: jwksUri }),
      [jwksUri]: issuer.keySet,
    };
    await expect(verifierOf(iss).verify(tokenOf(iss))).resolves.toMatchObject({ iss });
    expect(asked).toEqual([configuration, jwksUri]);
  });

  it("take no trip to look for where they are known: in a Cognito pool, and where a setting says", async () => {
    const pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3";
    documents = { [`${pool}/.well-known/jwks.json`]: issuer.keySet, "https://keys.test/set": issuer.keySet };
    await expect(verifierOf(pool).verify(tokenOf(pool))).resolves.toMatchObject({ sub: "ann" });
    const set = verifierOf(OKTA, { JWKS_URI: "https://keys.test/set" });
    await expect(set.verify(tokenOf(OKTA))).resolves.toMatchObject({ sub: "ann" });
    const local = verifierOf(OKTA, { OIDC_JWKS: issuer.keySet });
    await expect(local.verify(tokenOf(OKTA))).resolves.toMatchObject({ sub: "ann" });
    expect(asked).toEqual([`${pool}/.well-known/jwks.json`, "https://keys.test/set"]);
  });
});

describe("an issuer that gives no keys", () => {
  it.each<[string, unknown]>([
    ["names another issuer", { issuer: `${OKTA}/`, jwks_uri: KEYS }],
    ["names no issuer", { jwks_uri: KEYS }],
    ["has its keys in the clear", { issuer: OKTA, jwks_uri: KEYS.replace("https", "http") }],
    ["names no keys", { issuer: OKTA }],
    ["names keys that are no address", { issuer: OKTA, jwks_uri: "/v1/keys" }],
    ["is no object", []],
  ])("is a failure of ours, not of the token: its configuration %s", async (_why, configuration) => {
    documents[CONFIGURATION] = JSON.stringify(configuration);
    await expect(verifierOf(OKTA).verify(tokenOf(OKTA))).rejects.toThrow(FetchError);
    expect(asked).toEqual([CONFIGURATION]);
  });

  it("is asked again no sooner than in five seconds", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    documents[KEYS] = new FetchError(KEYS, "Response time-out");
    const verifier = verifierOf(OKTA);
    await expect(verifier.verify(tokenOf(OKTA))).rejects.toThrow("time-out");
    documents[KEYS] = issuer.keySet;
    vi.setSystemTime(Date.now() + 4_999);
    await expect(verifier.verify(tokenOf(OKTA))).rejects.toThrow("time-out");
    expect(asked).toEqual([CONFIGURATION, KEYS]);
    vi.setSystemTime(Date.now() + 1);
    await expect(verifier.verify(tokenOf(OKTA))).resolves.toMatchObject({ sub: "ann" });
  });

  it.each(["<html>", "{}", '{"keys":[{}]}'])("is one whose key set is %s", async (keySet) => {
    documents[KEYS] = keySet;
    await expect(verifierOf(OKTA).verify(tokenOf(OKTA))).rejects.toThrow("JWK");
  });
});

describe("a key set with keys of several algorithms", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ed = generateKeyPairSync("ed25519");
  const now = Math.floor(Date.now() / 1_000);
  const signed = (alg: string, kid: string, signature: (text: Buffer) => Buffer): string => {
    const claims = { iss: OKTA, aud: AUDIENCE, sub: "ann", iat: now, exp: now + 600 };
    const text = [{ alg, kid }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    return `${text}.${signature(Buffer.from(text)).toString("base64url")}`;
  };
  const jwk = (key: KeyObject, kid: string): object => ({ ...key.export({ format: "jwk" }), kid });

  beforeEach(() => {
    const keys = [jwk(rsa.publicKey, "rsa"), jwk(ec.publicKey, "ec"), jwk(ed.publicKey, "ed")];
    documents[KEYS] = JSON.stringify({ keys: [{ kty: "oct", kid: "oct", k: "c2VjcmV0" }, ...keys] });
  });

  it("is good for RS256, as the HTTP API takes it, and for nothing else", async () => {
    const verifier = verifierOf(OKTA);
    const good = signed("RS256", "rsa", (text) => sign("sha256", text, rsa.privateKey));
    await expect(verifier.verify(good)).resolves.toMatchObject({ sub: "ann" });
    const others = [
      signed("RS384", "rsa", (text) => sign("sha384", text, rsa.privateKey)),
      signed("RS512", "rsa", (text) => sign("sha512", text, rsa.privateKey)),
      signed("ES256", "ec", (text) =>
        sign("sha256", text, { key: ec.privateKey, dsaEncoding: "ieee-p1363" }),
      ),
      signed("EdDSA", "ed", (text) => sign(null, text, ed.privateKey)),
      signed("RS256", "ec", (text) => sign("sha256", text, rsa.privateKey)),
      signed("RS256", "oct", (text) => sign("sha256", text, rsa.privateKey)),
    ];
    for (const token of others) await expect(verifier.verify(token)).resolves.toBeNull();
  });
});
