import { request } from "node:http";
import { expect } from "vitest";
import { contextOf, useCloud } from "./cloud.ts";
import type { Fields } from "./recorder.ts";
import { row } from "./row.ts";

const cloud = useCloud();

/** The event, as the function answers with it. */
async function eventOf(path: string, init: RequestInit = {}): Promise<Fields> {
  return (await (await cloud().call(path, {}, init)).json()) as Fields;
}

async function answered(answer: unknown): Promise<Response> {
  return cloud().call("/actor", { answer });
}

row("http-event.shape", async () => {
  const event = await eventOf("/actor/a?x=1", {
    method: "GET",
    headers: { Cookie: "a=1", "X-Mixed": "v" },
  });
  expect(event).toEqual({
    version: "2.0",
    routeKey: "GET /actor/{id}",
    rawPath: "/actor/a",
    rawQueryString: "x=1",
    cookies: ["a=1"],
    headers: expect.objectContaining({ "x-mixed": "v", "x-forwarded-for": "127.0.0.1" }) as Fields,
    queryStringParameters: { x: "1" },
    pathParameters: { id: "a" },
    requestContext: expect.any(Object) as Fields,
    isBase64Encoded: false,
  });
});

row("http-event.context", async () => {
  const before = Date.now();
  const event = await eventOf("/actor/a%20b", { headers: { "User-Agent": "check/1" } });
  const model = cloud().cloud.model();
  const { apiId } = model.httpApis[0] ?? {};
  expect(contextOf(event)).toEqual({
    accountId: model.accountId,
    apiId,
    domainName: expect.stringContaining(apiId ?? "-") as string,
    domainPrefix: apiId,
    http: {
      method: "GET",
      path: "/actor/a b",
      protocol: "HTTP/1.1",
      sourceIp: "127.0.0.1",
      userAgent: "check/1",
    },
    requestId: expect.any(String) as string,
    routeKey: "GET /actor/{id}",
    stage: "$default",
    time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/) as string,
    timeEpoch: expect.any(Number) as number,
  });
  expect(contextOf(event)["timeEpoch"]).toBeGreaterThanOrEqual(before);
});

row("http-event.absent", async () => {
  const event = await eventOf("/actor");
  expect(event["rawQueryString"]).toBe("");
  expect(event["isBase64Encoded"]).toBe(false);
  for (const key of ["body", "cookies", "queryStringParameters", "pathParameters", "stageVariables"]) {
    expect(event).not.toHaveProperty(key);
  }
  expect(contextOf(event)).not.toHaveProperty("authorizer");
});

row("http-event.cookies", async () => {
  const event = await eventOf("/actor", { headers: { Cookie: "a=1; b=x=y" } });
  expect(event["cookies"]).toEqual(["a=1", "b=x=y"]);
  expect(event["headers"]).not.toHaveProperty("cookie");
});

row("http-event.headers", async () => {
  const body = await new Promise<string>((resolve, reject) => {
    const req = request(`${cloud().cloud.httpUrl}/actor`, (res) => {
      let text = "";
      res.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      res.on("end", () => resolve(text));
    });
    req.setHeader("X-Twice", ["a", "b"]);
    req.on("error", reject).end();
  });
  const { headers } = JSON.parse(body) as { headers: Record<string, string> };
  expect(headers["x-twice"]).toBe("a,b");
  expect(Object.keys(headers).filter((name) => name !== name.toLowerCase())).toEqual([]);
});

row("http-event.query", async () => {
  const event = await eventOf("/actor?x=1&y=%2F%20z&x=2&empty=");
  expect(event["rawQueryString"]).toBe("x=1&y=%2F%20z&x=2&empty=");
  expect(event["queryStringParameters"]).toEqual({ x: "1,2", y: "/ z", empty: "" });
});

row("http-event.path", async () => {
  const event = await eventOf("/actor/a%20%C3%BC%25");
  expect(event["rawPath"]).toBe("/actor/a ü%");
  expect(event["pathParameters"]).toEqual({ id: "a ü%" });
});

row("http-event.text", async () => {
  const headers = { "Content-Type": "application/json" };
  const event = await eventOf("/actor", { method: "POST", body: '{"ü": 1}', headers });
  expect(event).toMatchObject({ body: '{"ü": 1}', isBase64Encoded: false });
});

row("http-event.binary", async () => {
  const headers = { "Content-Type": "application/octet-stream" };
  const body = new Uint8Array([0, 255, 1]);
  expect(await eventOf("/actor", { method: "POST", body, headers })).toMatchObject({
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
  });
});

row("http-answer.bare", async () => {
  for (const answer of [{ hello: "world" }, ["list"], 5, "text"]) {
    const response = await answered(answer);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await response.text()).toBe(typeof answer === "string" ? answer : JSON.stringify(answer));
  }
});

row("http-answer.full", async () => {
  const headers = { "Content-Type": "text/css", "X-Own": "v" };
  const response = await answered({ statusCode: 418, headers, body: "p {}" });
  expect(response.status).toBe(418);
  expect(response.headers.get("content-type")).toBe("text/css");
  expect(response.headers.get("x-own")).toBe("v");
  expect(await response.text()).toBe("p {}");
});

row("http-answer.cookies", async () => {
  const response = await answered({ statusCode: 200, cookies: ["a=1; Path=/", "b=2"] });
  expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
});

row("http-answer.binary", async () => {
  const bytes = Buffer.from([0, 255, 1]);
  const response = await answered({
    statusCode: 200,
    body: bytes.toString("base64"),
    isBase64Encoded: true,
  });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
});

row("http-answer.throws", async () => {
  const response = await cloud().call("/actor", { throws: { message: "secret" } });
  expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
});

row("http-answer.malformed", async () => {
  for (const answer of [
    { statusCode: "no" },
    { statusCode: 200, body: {} },
    { statusCode: 200, headers: 5 },
  ]) {
    const response = await answered(answer);
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  }
});

row("http-answer.timeout", async () => {
  const response = await cloud().call("/functions/brief", { hang: true });
  expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
});

row("http-route.full", async () => {
  expect((await eventOf("/actor/fixed"))["routeKey"]).toBe("GET /actor/fixed");
  expect((await eventOf("/actor/other"))["routeKey"]).toBe("GET /actor/{id}");
});

row("http-route.greedy", async () => {
  expect(await eventOf("/files/a/b/c")).toMatchObject({
    routeKey: "GET /files/{proxy+}",
    pathParameters: { proxy: "a/b/c" },
  });
});

row("http-route.any", async () => {
  for (const method of ["GET", "PUT", "DELETE", "OPTIONS"]) {
    const event = await eventOf("/actor", { method });
    expect([event["routeKey"], (contextOf(event)["http"] as Fields)["method"]]).toEqual([
      "ANY /actor",
      method,
    ]);
  }
});

row("http-route.none", async () => {
  for (const path of ["/", "/nothing", "/actor/a/b"]) {
    const response = await cloud().call(path);
    expect([response.status, await response.text()]).toEqual([404, '{"message":"Not Found"}']);
  }
});

row("http-route.method", async () => {
  expect((await cloud().call("/only-post")).status).toBe(404);
  expect((await cloud().call("/only-post", {}, { method: "POST" })).status).toBe(200);
});

row("http-route.head", async () => {
  const head = { method: "HEAD" };
  expect((await cloud().call("/actor/fixed", {}, head)).status).toBe(404);
  const answer = await cloud().call("/actor", { answer: { statusCode: 202, body: "unseen" } }, head);
  expect([answer.status, await answer.text(), answer.headers.get("content-length")]).toEqual([202, "", "6"]);
});
