import { beforeEach, describe, expect, it, vi } from "vitest";
import { createAuthorizer, isUnauthorized } from "../../../lambdas/authorizer/authorize.ts";
import { createTokenVerifier } from "../../../lambdas/authorizer/token-verifier.ts";
import type { TokenVerifier } from "../../../lambdas/authorizer/token-verifier.ts";
import { observed } from "../../../lambdas/runtime/observed.ts";
import { memoryChat, SILENT } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";
import { AUDIENCE, ISSUER, makeIssuer } from "../../support/token-issuer.ts";

const issuer = makeIssuer();
const stranger = makeIssuer("key-2");
/** Another key under the same name. */
const impostor = makeIssuer();
const ARN = "arn:aws:execute-api:us-east-1:1:api/stage/$connect";
const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

let database: MemoryDatabase;
beforeEach(() => {
  database = new MemoryDatabase();
});

function authorize(headers: Record<string, string> | undefined, allowedOrigins: readonly string[] = ["*"]) {
  const verifier = createTokenVerifier({
    TABLE_NAME: "t",
    ISSUER,
    AUDIENCES: [AUDIENCE, "client-2"],
    ALLOWED_ORIGINS: allowedOrigins,
    OIDC_JWKS: issuer.keySet,
  });
  const handler = createAuthorizer(memoryChat({ database, now: Date.now }), verifier, allowedOrigins);
  return handler({ methodArn: ARN, ...(headers ? { headers } : {}) });
}

const bearing = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const effectOf = async (answer: ReturnType<typeof authorize>): Promise<unknown> =>
  (await answer).policyDocument.Statement[0];

describe("a token", () => {
  it("that is valid names the caller, and until when", async () => {
    const exp = seconds(300);
    const iat = seconds(-5);
    await expect(authorize(bearing(issuer.sign({ exp, iat, sub: "a|b#c" })))).resolves.toEqual({
      principalId: "a|b#c",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: ARN }],
      },
      context: { tokenExpiresAt: String(exp), tokenIssuedAt: String(iat) },
    });
  });

  it("that was issued before its user was signed out is none, a later one is", async () => {
    const known = { ...newUser("ann"), signedOutAt: seconds(-10) + 0.5 };
    database.users.set("ann", known);
    const bornAt = (iat: number | undefined): Promise<unknown> =>
      authorize(bearing(issuer.sign({ sub: "ann", name: "Ann", iat })));
    for (const iat of [seconds(-11), seconds(-10), undefined]) {
      await expect(bornAt(iat)).rejects.toThrow(/^Unauthorized$/);
    }
    expect(database.users.get("ann")).toEqual(known);
    await expect(bornAt(seconds(-9))).resolves.toMatchObject({ principalId: "ann" });
  });

  it.each([
    ["has expired", issuer.sign({ exp: seconds(-1) })],
    ["never expires", issuer.sign({ exp: undefined })],
    ["is not valid yet", issuer.sign({ nbf: seconds(300) })],
    ["is issued in the future", issuer.sign({ iat: seconds(300) })],
    ["is of another issuer", issuer.sign({ iss: "https://other.test" })],
    ["is for somebody else", issuer.sign({ aud: "client-3" })],
    ["is for nobody", issuer.sign({ aud: undefined })],
    ["is for another client", issuer.sign({ aud: undefined, client_id: "client-3" })],
    ["has an audience beside the client's", issuer.sign({ aud: "client-3", client_id: AUDIENCE })],
    ["is signed by nobody", issuer.unsigned()],
    ["is signed with the public key", issuer.signedWithPublicKey()],
    ["names an unknown key", stranger.sign()],
    ["names no key", issuer.sign({}, { kid: undefined })],
    ["is signed by another key of that name", impostor.sign()],
    ["names another algorithm", issuer.sign({}, { alg: "HS256" })],
    ["has no subject", issuer.sign({ sub: undefined })],
    ["has an empty subject", issuer.sign({ sub: "" })],
    ["has a subject that is no text", issuer.sign({ sub: 7 })],
    ["has a subject too long", issuer.sign({ sub: "x".repeat(256) })],
    [
      "has a changed body",
      issuer.sign().replace(/\.(.)/, (_, first: string) => `.${first === "e" ? "f" : "e"}`),
    ],
    ["is none", "hello"],
    ["is three dots", "..."],
  ])("that %s is unauthorized", async (_why, token) => {
    await expect(authorize(bearing(token))).rejects.toThrow(/^Unauthorized$/);
    expect(database.users.values()).toEqual([]);
  });

  it.each([{ aud: "client-2" }, { aud: ["x", AUDIENCE] }, { aud: undefined, client_id: AUDIENCE }])(
    "may be for %j",
    async (claims) => {
      expect(await effectOf(authorize(bearing(issuer.sign(claims))))).toMatchObject({ Effect: "Allow" });
    },
  );
});

describe("where the token stands", () => {
  it.each([
    ["the header", (token: string) => ({ Authorization: `Bearer ${token}` })],
    ["the header in lower case", (token: string) => ({ authorization: `bearer ${token}` })],
    ["the subprotocol", (token: string) => ({ "Sec-WebSocket-Protocol": `chat.v1, ${token}` })],
    [
      "the subprotocol, without a space",
      (token: string) => ({ "sec-websocket-protocol": `chat.v1,${token}` }),
    ],
    ["the subprotocol, first", (token: string) => ({ "Sec-WebSocket-Protocol": `${token}, chat.v1` })],
    ["beside batches alone", (token: string) => ({ "Sec-WebSocket-Protocol": `chat.v1+batch, ${token}` })],
    [
      "beside both, which an older server knows one of",
      (token: string) => ({ "Sec-WebSocket-Protocol": `${token}, chat.v1+batch, chat.v1` }),
    ],
    [
      "beside both, between them",
      (token: string) => ({ "Sec-WebSocket-Protocol": `chat.v1+batch, ${token}, chat.v1` }),
    ],
  ])("is %s", async (_where, headersOf) => {
    await expect(authorize(headersOf(issuer.sign()))).resolves.toMatchObject({ principalId: "ann" });
  });

  it.each([
    undefined,
    {},
    { Authorization: "" },
    { Authorization: "Bearer" },
    { Authorization: issuer.sign() },
    { Authorization: `Basic ${issuer.sign()}` },
    { Cookie: `token=${issuer.sign()}` },
    { "Sec-WebSocket-Protocol": "chat.v1" },
    { "Sec-WebSocket-Protocol": "chat.v1+batch, chat.v1" },
    { "Sec-WebSocket-Protocol": issuer.sign() },
    { "Sec-WebSocket-Protocol": `chat.v2, ${issuer.sign()}` },
  ])("is nowhere in %#", async (headers) => {
    await expect(authorize(headers)).rejects.toThrow(/^Unauthorized$/);
  });
});

describe("the Origin", () => {
  const from = (origin: string | null, allowed: readonly string[]) =>
    effectOf(
      authorize({ ...bearing(issuer.sign()), ...(origin === null ? {} : { Origin: origin }) }, allowed),
    );

  it.each([
    ["https://app.test", ["https://app.test"], "Allow"],
    ["https://app.test", ["*"], "Allow"],
    [null, [], "Allow"],
    // React Native sends the address of the socket itself.
    [
      "https://abc.execute-api.eu-west-1.amazonaws.com",
      ["https://abc.execute-api.eu-west-1.amazonaws.com"],
      "Allow",
    ],
    ["capacitor://localhost", ["https://localhost", "capacitor://localhost"], "Allow"],
    ["file://", ["file://"], "Allow"],
    ["null", ["null"], "Allow"],
    ["capacitor://localhost", ["https://localhost"], "Deny"],
    ["https://evil.test", ["https://app.test"], "Deny"],
    ["https://app.test.evil.test", ["https://app.test"], "Deny"],
    ["http://app.test", ["https://app.test"], "Deny"],
    ["null", ["https://app.test"], "Deny"],
    ["https://app.test", [], "Deny"],
  ])("%s among %j: %s", async (origin, allowed, effect) => {
    expect(await from(origin, allowed)).toMatchObject({ Effect: effect });
  });

  it("that is denied makes no user", async () => {
    await from("https://evil.test", []);
    expect(database.users.values()).toEqual([]);
  });
});

describe("a user", () => {
  it("exists from the first token on, with its claims", async () => {
    await authorize(bearing(issuer.sign({ name: "Ann", preferred_username: "ann_" })));
    expect(database.users.get("ann")).toMatchObject({
      id: "ann",
      claims: { fullName: "Ann", handle: "ann_" },
    });
  });

  it("is given the claims that changed, and keeps those a token leaves out", async () => {
    await authorize(bearing(issuer.sign({ name: "Ann", picture: "https://x/1", iat: seconds(-9) })));
    await authorize(bearing(issuer.sign({ name: "Anne", iat: seconds(-1) })));
    expect(database.users.get("ann")?.claims).toEqual({ fullName: "Anne", picture: "https://x/1" });
    expect(database.users.history("ann")).toHaveLength(2);
  });

  it("is not written again when nothing changed", async () => {
    for (let times = 0; times < 3; times += 1) await authorize(bearing(issuer.sign({ name: "Ann" })));
    expect(database.users.history("ann")).toHaveLength(1);
  });
});

describe("what the operator is told", () => {
  const logged = async (headers: Record<string, string>, verify: TokenVerifier["verify"]) => {
    const lines: unknown[][] = [];
    const log = { ...SILENT, error: (...line: unknown[]) => void lines.push(line) };
    const chat = memoryChat({ database, log });
    const handler = observed({ log }, createAuthorizer(chat, { verify }, ["*"]), undefined, isUnauthorized);
    await expect(handler({ methodArn: ARN, headers })).rejects.toThrow();
    return lines;
  };

  it("is nothing of a token that is not valid: anybody can send one", async () => {
    expect(await logged(bearing("expired"), () => Promise.resolve(null))).toEqual([]);
    expect(await logged({}, () => Promise.resolve(null))).toEqual([]);
  });

  it("is every failure, with its cause: nothing else tells it from a 401", async () => {
    const cause = new Error("the issuer is away");
    expect(await logged(bearing("good"), () => Promise.reject(cause))).toEqual([
      ["invocation failed", cause],
    ]);
  });
});

it("says that the issuer could not be asked, and not that the token is bad", async () => {
  const fetch = vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("no network"));
  const verifier = createTokenVerifier({
    TABLE_NAME: "t",
    ISSUER,
    AUDIENCES: [AUDIENCE],
    ALLOWED_ORIGINS: [],
    JWKS_URI: "https://127.0.0.1:9/jwks.json",
  });
  await expect(verifier.verify(issuer.sign())).rejects.toThrow();
  await expect(verifier.verify("hello")).resolves.toBeNull();
  fetch.mockRestore();
});

it("takes the token from the subprotocols on one line or on several", async () => {
  const token = issuer.sign();
  const verifier = createTokenVerifier({
    TABLE_NAME: "t",
    ISSUER,
    AUDIENCES: [AUDIENCE],
    ALLOWED_ORIGINS: ["*"],
    OIDC_JWKS: issuer.keySet,
  });
  const handler = createAuthorizer(memoryChat({ database, now: Date.now }), verifier, ["*"]);
  for (const lines of [["chat.v1", token], [token, "chat.v1"], [`chat.v1, ${token}`]]) {
    const event = {
      methodArn: ARN,
      // As the gateway makes it: the single-value map has the last line alone.
      headers: { "Sec-WebSocket-Protocol": lines.at(-1)! },
      multiValueHeaders: { "Sec-WebSocket-Protocol": lines },
    };
    await expect(handler(event)).resolves.toMatchObject({ principalId: "ann" });
  }
});
