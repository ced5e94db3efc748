import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CorsModel } from "../../assembly/model.ts";
import type { TokenClaims } from "../../identity/issuer.ts";
import { AUDIENCE, ISSUER, JWT_AUTHORIZER, makeHttpApi, makeHttpRoute, makeModel } from "./model-fixture.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";

const CORS: CorsModel = {
  allowOrigins: ["https://app.example.com", "http://localhost:*"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["x-total"],
  allowCredentials: true,
  maxAge: 600,
};

let gateway: RunningGateway;
beforeEach(async () => {
  const http = makeHttpApi(
    [
      makeHttpRoute("GET /mine", { authorizer: JWT_AUTHORIZER }),
      makeHttpRoute("GET /scoped", { authorizer: JWT_AUTHORIZER, scopes: ["read", "admin"] }),
    ],
    { cors: CORS },
  );
  gateway = await startGateway({ model: makeModel({ http }) });
});
afterEach(async () => gateway.stop());

const now = (): number => Math.floor(Date.now() / 1000);

function claims(extra: Record<string, unknown> = {}): TokenClaims {
  return { sub: "user-1", iss: ISSUER, aud: AUDIENCE, iat: now(), exp: now() + 60, ...extra };
}

async function get(path: string, token?: string, headers: Record<string, string> = {}): Promise<Response> {
  const authorization: Record<string, string> = token === undefined ? {} : { Authorization: token };
  return fetch(gateway.httpUrl + path, { headers: { ...headers, ...authorization } });
}

describe("the JWT authorizer", () => {
  it.each([
    ["a list of audiences with one of ours", { aud: ["other", "client-2"] }],
    ["client_id where there is no aud", { aud: undefined, client_id: AUDIENCE }],
    ["nbf in the past", { nbf: now() - 5 }],
  ])("takes %s", async (_name, extra) => {
    expect((await get("/mine", gateway.issuer.sign(claims(extra)))).status).toBe(200);
  });

  it.each([
    ["another issuer", { iss: `${ISSUER}/` }, "the token does not have a valid issuer"],
    ["another audience", { aud: "other" }, "the token does not have a valid audience"],
    [
      "client_id beside another aud",
      { aud: "other", client_id: AUDIENCE },
      "the token does not have a valid audience",
    ],
    ["no audience", { aud: undefined }, "the token does not have a valid audience"],
    ["an end in the past", { exp: now() - 1 }, "the token has expired"],
    ["no end", { exp: undefined }, "the token has expired"],
    ["a beginning to come", { nbf: now() + 60 }, "the token is not valid yet"],
    ["an issue to come", { iat: now() + 60 }, "the token was issued in the future"],
  ])("refuses %s", async (_name, extra, description) => {
    const res = await get("/mine", `Bearer ${gateway.issuer.sign(claims(extra))}`);
    expect([res.status, await res.text()]).toEqual([401, '{"message":"Unauthorized"}']);
    expect(res.headers.get("www-authenticate")).toBe(
      `Bearer scope="" error="invalid_token" error_description="${description}"`,
    );
    expect(gateway.invoker.calls).toEqual([]);
  });

  it("refuses what is no token, and a missing one with the bare challenge", async () => {
    const challenge = async (token?: string): Promise<string | null> =>
      (await get("/mine", token)).headers.get("www-authenticate");
    expect(await challenge()).toBe("Bearer");
    expect(await challenge("Bearer not-a-token")).toContain("token contains an invalid number of segments");
    expect(await challenge("Bearer a.b.c")).toContain("invalid_token");
  });

  it("refuses signatures that are not the issuer's", async () => {
    const [head = "", body = ""] = gateway.issuer.sign(claims()).split(".");
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const forged = sign("RSA-SHA256", Buffer.from(`${head}.${body}`), privateKey).toString("base64url");
    const none = `${encode({ alg: "none", typ: "JWT" })}.${body}.x`;
    // The classic confusion: the public key as the secret of an HMAC.
    const confusedHead = encode({
      ...(JSON.parse(Buffer.from(head, "base64url").toString()) as object),
      alg: "HS256",
    });
    const hmac = createHmac("sha256", gateway.issuer.jwks())
      .update(`${confusedHead}.${body}`)
      .digest("base64url");
    const otherBody = encode(claims({ sub: "user-2" }));
    const [, , signature = ""] = gateway.issuer.sign(claims()).split(".");
    for (const token of [
      `${head}.${body}.${forged}`,
      none,
      `${confusedHead}.${body}.${hmac}`,
      `${head}.${otherBody}.${signature}`,
    ]) {
      expect((await get("/mine", `Bearer ${token}`)).status).toBe(401);
    }
    const unknownKey = encode({ alg: "RS256", kid: "other" });
    expect((await get("/mine", `Bearer ${unknownKey}.${body}.${signature}`)).status).toBe(401);
  });
});

describe("CORS", () => {
  const preflight = (origin: string, path = "/mine"): Promise<Response> =>
    fetch(gateway.httpUrl + path, {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "GET" },
    });

  it("answers one for a local route to a page of this machine only", async () => {
    expect((await preflight("http://localhost:5173", "/_local/token")).status).toBe(204);
    expect((await preflight("https://app.example.com", "/_local/token")).status).toBe(403);
  });

  it("tells another origin nothing", async () => {
    const res = await preflight("https://evil.example.com");
    expect(res.status).toBe(204);
    expect(res.headers.has("access-control-allow-origin")).toBe(false);
    expect((await preflight("http://localhost:5173")).headers.get("access-control-allow-origin")).toBe(
      "http://localhost:5173",
    );
  });

  it("puts its headers on every answer, refusals too, in place of the function's own", async () => {
    const token = gateway.issuer.sign(claims());
    gateway.invoker.on("Http", () => ({
      statusCode: 204,
      headers: { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "DELETE", "X-Own": "1" },
    }));
    const origin = { Origin: "https://app.example.com" };
    const res = await get("/mine", token, origin);
    expect(res.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(res.headers.get("access-control-expose-headers")).toBe("x-total");
    expect(res.headers.has("access-control-allow-methods")).toBe(false);
    expect(res.headers.get("x-own")).toBe("1");
    const refused = await get("/mine", undefined, origin);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    const elsewhere = await get("/mine", token, { Origin: "https://evil.example.com" });
    expect(elsewhere.headers.has("access-control-allow-origin")).toBe(false);
  });
});
