import { expect } from "vitest";
import { contextOf, useCloud } from "./cloud.ts";
import type { Fields } from "./recorder.ts";
import { row } from "./row.ts";
import type { Script } from "./script.ts";

const cloud = useCloud("services");

const call = (path: string, script: Script = {}, init: RequestInit = {}): Promise<Response> =>
  cloud().call(`/v1${path}`, script, init);

/** The event, as the function answers with it. */
async function eventOf(path: string, init: RequestInit = {}): Promise<Fields> {
  const response = await call(path, {}, init);
  expect(response.status).toBe(200);
  return (await response.json()) as Fields;
}

async function refusal(
  path: string,
  script: Script = {},
  headers: Record<string, string> = {},
): Promise<unknown[]> {
  const response = await call(path, script, { headers });
  return [response.status, await response.json()];
}

const FAILED = [502, { message: "Internal server error" }];

row("rest-event.shape", async () => {
  const event = await eventOf("/actor/a?x=1&x=2", { headers: { "X-Mixed": "v" } });
  expect(event).toEqual({
    resource: "/actor/{id}",
    path: "/actor/a",
    httpMethod: "GET",
    headers: expect.objectContaining({ "X-Forwarded-For": "127.0.0.1" }) as Fields,
    multiValueHeaders: expect.objectContaining({ "X-Forwarded-For": ["127.0.0.1"] }) as Fields,
    queryStringParameters: { x: "2" },
    multiValueQueryStringParameters: { x: ["1", "2"] },
    pathParameters: { id: "a" },
    stageVariables: { color: "blue" },
    requestContext: expect.any(Object) as Fields,
    body: null,
    isBase64Encoded: false,
  });
});

row("rest-event.context", async () => {
  const event = await eventOf("/actor/a", { headers: { "User-Agent": "check/1" } });
  const model = cloud().cloud.model();
  const { apiId, deploymentId } = model.restApis[0] ?? {};
  expect(contextOf(event)).toEqual({
    accountId: model.accountId,
    apiId,
    deploymentId,
    domainName: expect.stringContaining(apiId ?? "-") as string,
    domainPrefix: apiId,
    extendedRequestId: expect.stringMatching(/^[A-Za-z0-9_-]{15}=$/) as string,
    httpMethod: "GET",
    identity: expect.objectContaining({
      sourceIp: "127.0.0.1",
      userAgent: "check/1",
      caller: null,
    }) as Fields,
    path: "/v1/actor/a",
    protocol: "HTTP/1.1",
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/) as string,
    requestTimeEpoch: expect.any(Number) as number,
    resourceId: expect.any(String) as string,
    resourcePath: "/actor/{id}",
    stage: "v1",
  });
});

row("rest-event.null", async () => {
  expect(await eventOf("/actor")).toMatchObject({
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    body: null,
  });
});

row("rest-event.path", async () => {
  expect(await eventOf("/actor/a%2Fb?q=a%20b")).toMatchObject({
    path: "/actor/a%2Fb",
    pathParameters: { id: "a%2Fb" },
    queryStringParameters: { q: "a b" },
  });
});

row("rest-event.binary", async () => {
  const body = Buffer.from([0, 255, 1]);
  const binary = { method: "POST", body, headers: { "Content-Type": "image/png" } };
  expect(await eventOf("/actor", binary)).toMatchObject({
    body: body.toString("base64"),
    isBase64Encoded: true,
  });
  const text = { method: "POST", body: "a=1", headers: { "Content-Type": "text/plain" } };
  expect(await eventOf("/actor", text)).toMatchObject({ body: "a=1", isBase64Encoded: false });
});

row("rest-answer.full", async () => {
  const response = await call("/actor", {
    answer: {
      statusCode: 418,
      headers: { "X-Own": "single", "X-Alone": "v" },
      multiValueHeaders: { "Set-Cookie": ["a=1; Path=/", "b=2"], "X-Own": ["list"] },
      body: "p {}",
    },
  });
  expect(response.status).toBe(418);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("x-alone")).toBe("v");
  expect(response.headers.get("x-own")).toBe("list");
  expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
  expect(await response.text()).toBe("p {}");
});

row("rest-answer.binary", async () => {
  const bytes = Buffer.from([0, 255, 1]);
  const answer = { statusCode: 200, body: bytes.toString("base64"), isBase64Encoded: true };
  const accepted = await call("/actor", { answer }, { headers: { accept: "image/png, text/plain" } });
  expect(Buffer.from(await accepted.arrayBuffer())).toEqual(bytes);
  const other = await call("/actor", { answer }, { headers: { accept: "text/plain, image/png" } });
  expect(await other.text()).toBe(bytes.toString("base64"));
});

row("rest-answer.throws", async () => {
  expect(await refusal("/actor", { throws: { message: "secret" } })).toEqual(FAILED);
});

row("rest-answer.malformed", async () => {
  for (const answer of [
    "nothing",
    "text",
    { body: "no status" },
    { statusCode: 200, body: { an: "object" } },
    { statusCode: 200, headers: { list: ["a"] } },
  ]) {
    expect(await refusal("/actor", { answer }), JSON.stringify(answer)).toEqual(FAILED);
  }
});

row("rest-answer.timeout", async () => {
  const gate = await cloud().gate();
  expect(await refusal("/hasty", { gate: gate.url })).toEqual([
    504,
    { message: "Endpoint request timed out" },
  ]);
  gate.open();
});

row("rest-route.path", async () => {
  expect(await eventOf("/actor/fixed")).toMatchObject({ resource: "/actor/fixed" });
  expect(await eventOf("/actor/other")).toMatchObject({ resource: "/actor/{id}" });
  expect(await eventOf("/files/a/b/c")).toMatchObject({
    resource: "/files/{proxy+}",
    pathParameters: { proxy: "a/b/c" },
  });
  expect(await eventOf("/elsewhere/a", { method: "DELETE" })).toMatchObject({ resource: "/{proxy+}" });
});

row("rest-route.any", async () => {
  for (const method of ["GET", "PUT", "OPTIONS"]) {
    expect(await eventOf("/actor", { method })).toMatchObject({ resource: "/actor", httpMethod: method });
  }
});

row("rest-route.none", async () => {
  for (const path of ["", "/", "/nothing", "/only-post"]) {
    const response = await call(path);
    expect([response.status, await response.text()], path).toEqual([
      403,
      '{"message":"Missing Authentication Token"}',
    ]);
    expect(response.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
  }
});

row("rest-route.method", async () => {
  expect((await call("/only-post", {}, { method: "DELETE" })).status).toBe(403);
});

row("rest-route.slash", async () => {
  expect(await eventOf("/actor/fixed/")).toMatchObject({ resource: "/actor/fixed", path: "/actor/fixed/" });
});

row("rest-mock.preflight", async () => {
  const preflight = (origin: string): Promise<Response> =>
    call("/shared", {}, { method: "OPTIONS", headers: { origin } });
  const [one, two, other] = await Promise.all(
    ["https://one.example", "https://two.example", "https://other.example"].map(preflight),
  );
  const allowed = (response?: Response): unknown => [
    response?.status,
    response?.headers.get("access-control-allow-origin"),
  ];
  expect(allowed(one)).toEqual([204, "https://one.example"]);
  expect(allowed(two)).toEqual([204, "https://two.example"]);
  expect(allowed(other)).toEqual([204, "https://one.example"]);
  expect(one?.headers.get("access-control-allow-methods")).toBe("GET,PUT");
  expect(one?.headers.get("access-control-allow-headers")).toBe("x-script");
  expect(one?.headers.get("access-control-max-age")).toBe("300");
});

row("rest-authorizer.token", async () => {
  const event = await eventOf("/secret/token", { headers: { Authorization: "Bearer t", "X-User": "ana" } });
  const { region, accountId, restApis } = cloud().cloud.model();
  const [asked] = await cloud().recorder.until(({ event: seen }) => seen["type"] === "TOKEN");
  expect(asked?.event).toEqual({
    type: "TOKEN",
    methodArn: `arn:aws:execute-api:${region}:${accountId}:${restApis[0]?.apiId}/v1/GET/secret/token`,
    authorizationToken: "Bearer t",
  });
  expect(contextOf(event)["authorizer"]).toEqual({
    principalId: "nobody",
    team: "blue",
    level: "3",
    admin: "true",
  });
});

row("rest-authorizer.missing", async () => {
  const unauthorized = [401, { message: "Unauthorized" }];
  expect(await refusal("/secret/token")).toEqual(unauthorized);
  expect(await refusal("/secret/token", {}, { Authorization: "Basic t" })).toEqual(unauthorized);
  expect(await refusal("/secret/request", {}, { "X-User": "ana" })).toEqual(unauthorized);
});

row("rest-authorizer.request", async () => {
  const event = await eventOf("/secret/request?door=front", { headers: { "X-User": "ana" } });
  expect(contextOf(event)["authorizer"]).toMatchObject({ principalId: "ana", team: "blue" });
  const [asked] = await cloud().recorder.until(
    ({ event: seen }) => seen["type"] === "REQUEST" && seen["resource"] === "/secret/request",
  );
  expect(asked?.event).toMatchObject({
    path: "/secret/request",
    httpMethod: "GET",
    queryStringParameters: { door: "front" },
    requestContext: { stage: "v1", resourcePath: "/secret/request" },
  });
});

row("rest-authorizer.denied", async () => {
  const headers = (auth: Script): Record<string, string> => ({
    "X-User": "ana",
    "X-Auth": JSON.stringify(auth),
  });
  const policy = (effect: string, resource: string): Script => ({
    answer: {
      principalId: "ana",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
      },
    },
  });
  const asked = (auth: Script): Promise<unknown[]> =>
    refusal("/secret/request?door=front", {}, headers(auth));
  const Message = "User is not authorized to access this resource";
  expect(await asked(policy("Allow", "arn:aws:elsewhere"))).toEqual([403, { Message }]);
  expect(await asked(policy("Deny", "METHOD_ARN"))).toEqual([
    403,
    { Message: `${Message} with an explicit deny in an identity-based policy` },
  ]);
  expect(await asked({ throws: { message: "Unauthorized" } })).toEqual([401, { message: "Unauthorized" }]);
  expect((await asked({ throws: { message: "other" } }))[0]).toBe(500);
});

row("rest-authorizer.remembered", async () => {
  const headers = { Authorization: "remember me" };
  const asked = (): number =>
    cloud().recorder.all(({ event }) => event["authorizationToken"] === "remember me").length;
  await eventOf("/secret/remembered", { headers });
  await eventOf("/secret/remembered", { headers });
  expect(asked()).toBe(1);
  // The policy that is remembered allows the first method only.
  expect((await refusal("/secret/remembered-too", {}, headers))[0]).toBe(403);
  expect(asked()).toBe(1);
});

row("rest-authorizer.pool", async () => {
  const token = async (more: Fields): Promise<string> => {
    const body = JSON.stringify({ userId: "ana", ...more });
    const response = await fetch(`${cloud().cloud.httpUrl}/_local/token`, { method: "POST", body });
    return ((await response.json()) as { token: string }).token;
  };
  const event = await eventOf("/secret/pool", { headers: { Authorization: await token({}) } });
  expect(contextOf(event)["authorizer"]).toMatchObject({ claims: { sub: "ana", token_use: "id" } });
  expect(await refusal("/secret/pool", {}, { Authorization: "no.token.here" })).toEqual([
    401,
    { message: "Unauthorized" },
  ]);
  const expired = await token({ expiresInSeconds: -60 });
  expect(await refusal("/secret/pool", {}, { Authorization: `Bearer ${expired}` })).toEqual([
    401,
    { message: "The incoming token has expired" },
  ]);
});

row("rest-failure.headers", async () => {
  const refused = await call("/secret/token");
  expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  expect((await call("/nothing")).headers.get("access-control-allow-origin")).toBeNull();
});

row("rest-stage.second", async () => {
  const second = cloud().cloud.model().restApis[1];
  const response = await cloud().call(`/${second?.apiId}/v1/any/path`);
  expect(await response.json()).toMatchObject({ path: "/any/path", resource: "/{proxy+}" });
});
