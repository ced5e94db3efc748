import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { expect } from "vitest";
import { useCloud } from "./cloud.ts";
import { AUDIENCE, ISSUER } from "./parties.ts";
import type { Fields } from "./recorder.ts";
import { row } from "./row.ts";

const cloud = useCloud();
const ORIGIN = "https://app.example";
const now = (): number => Math.floor(Date.now() / 1000);

function token(claims: Fields = {}): string {
  const { aud = AUDIENCE, ...rest } = { iss: ISSUER, sub: "ana", iat: now(), exp: now() + 60, ...claims };
  const named = aud === null ? {} : { aud };
  return cloud().cloud.issuer.sign({ ...named, ...rest });
}

const withToken = (path: string, text: string): Promise<Response> =>
  cloud().call(path, {}, { headers: { authorization: `Bearer ${text}` } });
const statusOf = async (claims: Fields, path = "/secret"): Promise<number> =>
  (await withToken(path, token(claims))).status;

/** How often a function has been called so far with this mark. */
async function callsOf(mark: string): Promise<number> {
  // A call that ends later than all before it.
  const fence = await cloud().call("/actor", {}, { headers: { "x-mark": "fence" } });
  await fence.text();
  const marked = ({ event }: { event: Fields }): boolean =>
    (event["headers"] as Fields | undefined)?.["x-mark"] === mark;
  return cloud().recorder.all(marked).length;
}

const preflight = (path: string, origin = ORIGIN): Promise<Response> =>
  fetch(cloud().cloud.httpUrl + path, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "GET", "x-mark": "preflight" },
  });

const corsHeaders = (response: Response): Fields =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith("access-control-")));

row("jwt.claims", async () => {
  const response = await withToken("/secret", token({ groups: ["a", "b"], level: 3, admin: true }));
  const { requestContext } = (await response.json()) as { requestContext: Fields };
  expect(requestContext["authorizer"]).toMatchObject({
    jwt: { claims: { sub: "ana", groups: "[a b]", level: "3", admin: "true", iss: ISSUER } },
  });
});

row("jwt.context", async () => {
  const scoped = await withToken("/scoped", token({ scope: "other notes.read" }));
  const { requestContext } = (await scoped.json()) as { requestContext: Fields };
  expect(requestContext["authorizer"]).toEqual({
    jwt: { claims: expect.objectContaining({ sub: "ana" }) as Fields, scopes: ["other", "notes.read"] },
  });
  const free = (await (await withToken("/secret", token())).json()) as { requestContext: Fields };
  expect(free.requestContext["authorizer"]).toMatchObject({ jwt: { scopes: null } });
});

row("jwt.missing", async () => {
  const response = await cloud().call("/secret", {}, { headers: { "x-mark": "no token" } });
  expect([response.status, await response.text()]).toEqual([401, '{"message":"Unauthorized"}']);
  expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
  expect(await callsOf("no token")).toBe(0);
});

row("jwt.invalid", async () => {
  for (const text of ["x", "a.b.c", `${token()}.more`]) {
    const response = await withToken("/secret", text);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer .*error="invalid_token"/);
  }
});

row("jwt.signature", async () => {
  const [head = "", body = "", signature = ""] = token().split(".");
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Fields;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const stranger = sign("RSA-SHA256", Buffer.from(`${head}.${body}`), privateKey).toString("base64url");
  const symmetric = `${encode({ alg: "HS256", kid })}.${body}`;
  const hmac = createHmac("sha256", cloud().cloud.issuer.jwks()).update(symmetric).digest("base64url");
  const forged = [
    `${head}.${encode({ ...claims, sub: "bob" })}.${signature}`,
    `${head}.${body}.${stranger}`,
    `${encode({ alg: "RS256", kid: "other" })}.${body}.${signature}`,
    `${encode({ alg: "none", kid })}.${body}.`,
    `${symmetric}.${hmac}`,
  ];
  for (const text of forged) expect((await withToken("/secret", text)).status).toBe(401);
  expect((await withToken("/secret", `${head}.${body}.${signature}`)).status).toBe(200);
});

row("jwt.issuer", async () => {
  expect(await statusOf({ iss: `${ISSUER}/` })).toBe(401);
  expect(await statusOf({ iss: ISSUER })).toBe(200);
});

row("jwt.audience", async () => {
  expect(await statusOf({ aud: "other" })).toBe(401);
  expect(await statusOf({ aud: ["other", AUDIENCE] })).toBe(200);
  expect(await statusOf({ aud: null })).toBe(401);
  expect(await statusOf({ aud: null, client_id: AUDIENCE })).toBe(200);
  expect(await statusOf({ aud: "other", client_id: AUDIENCE })).toBe(401);
});

row("jwt.times", async () => {
  expect(await statusOf({ exp: now() - 1 })).toBe(401);
  expect(await statusOf({ nbf: now() + 60 })).toBe(401);
  expect(await statusOf({ iat: now() + 60 })).toBe(401);
  expect(await statusOf({ iat: now() + 5 })).toBe(401);
  expect(await statusOf({ nbf: now() - 1 })).toBe(200);
});

row("jwt.scope", async () => {
  expect(await statusOf({ scope: "notes.write" }, "/scoped")).toBe(200);
  expect(await statusOf({ scope: "notes" }, "/scoped")).toBe(403);
  expect(await statusOf({}, "/scoped")).toBe(403);
  expect(await statusOf({ scp: ["notes.read"] }, "/scoped")).toBe(200);
  expect(await statusOf({ permissions: ["notes.read"], "cognito:groups": "notes.read" }, "/scoped")).toBe(
    403,
  );
});

row("jwt.scope-refused", async () => {
  const headers = { authorization: `Bearer ${token({ scope: "notes" })}`, "x-mark": "out of scope" };
  const response = await cloud().call("/scoped", {}, { headers });
  expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
  expect(response.headers.get("www-authenticate")).toMatch(/^Bearer .*error="insufficient_scope"/);
  expect(await callsOf("out of scope")).toBe(0);
});

row("cors.preflight", async () => {
  const response = await preflight("/actor");
  expect(response.status).toBe(204);
  expect(corsHeaders(response)).toMatchObject({
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-methods": "GET,POST",
    "access-control-allow-headers": "authorization,x-script",
    "access-control-max-age": "300",
  });
  expect(await callsOf("preflight")).toBe(0);
});

row("cors.authorized", async () => {
  expect((await preflight("/secret")).status).toBe(204);
});

row("cors.headers", async () => {
  const response = await cloud().call("/actor", {}, { headers: { origin: ORIGIN } });
  expect(corsHeaders(response)).toEqual({
    "access-control-allow-origin": ORIGIN,
    "access-control-expose-headers": "x-shown",
  });
});

row("cors.backend", async () => {
  const headers = {
    "Access-Control-Allow-Origin": "*",
    "access-control-allow-credentials": "true",
    "x-own": "v",
  };
  const response = await cloud().call(
    "/actor",
    { answer: { statusCode: 200, headers } },
    { headers: { origin: ORIGIN } },
  );
  expect(corsHeaders(response)).toEqual({
    "access-control-allow-origin": ORIGIN,
    "access-control-expose-headers": "x-shown",
  });
  expect(response.headers.get("x-own")).toBe("v");
});

row("cors.other-origin", async () => {
  const headers = { origin: "https://evil.example" };
  expect(corsHeaders(await cloud().call("/actor", {}, { headers }))).toEqual({});
  expect(corsHeaders(await preflight("/actor", headers.origin))).toEqual({});
});

row("http-limit.body", async () => {
  const send = (bytes: number): Promise<Response> =>
    cloud().call(
      "/actor",
      { answer: { statusCode: 200 } },
      {
        method: "POST",
        body: "x".repeat(bytes),
        headers: { "content-type": "text/plain", "x-mark": String(bytes) },
      },
    );
  const limit = 10 * 1024 * 1024;
  expect((await send(limit + 1)).status).toBe(413);
  expect(await callsOf(String(limit + 1))).toBe(0);
  // Lambda itself takes no more than 6 MB of event.
  expect((await send(5 * 1024 * 1024)).status).toBe(200);
});

row("http-limit.headers", async () => {
  const send = (bytes: number): Promise<Response> =>
    cloud().call("/actor", {}, { headers: { "x-large": "x".repeat(bytes), "x-mark": `large ${bytes}` } });
  expect((await send(9_000)).status).toBe(200);
  expect((await send(10_240)).status).toBe(431);
  expect(await callsOf("large 10240")).toBe(0);
});

row("http-limit.time", async () => {
  expect(cloud().limits.httpIntegrationMs).toBe(30_000);
  const gate = await cloud().gate();
  cloud().limits.httpIntegrationMs = 300;
  try {
    const response = await cloud().call("/actor", { gate: gate.url });
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  } finally {
    cloud().limits.httpIntegrationMs = 30_000;
    gate.open();
  }
});
