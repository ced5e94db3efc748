import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { HttpApiModel, HttpRouteModel } from "../../assembly/model.ts";
import type { GatewayLimits } from "../../gateway/limits.ts";
import { TIMEOUT } from "./fake-invoker.ts";
import { makeHttpApi, makeHttpRoute, makeModel } from "./model-fixture.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";

let running: RunningGateway | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const ROUTES = [
  makeHttpRoute("GET /api/things"),
  makeHttpRoute("GET /api/things/{id}"),
  makeHttpRoute("POST /api/things"),
];

async function start(
  routes: readonly HttpRouteModel[] = ROUTES,
  extra: { api?: Partial<HttpApiModel>; limits?: Partial<GatewayLimits> } = {},
): Promise<RunningGateway> {
  running = await startGateway({
    model: makeModel({ http: makeHttpApi(routes, extra.api) }),
    limits: extra.limits ?? {},
  });
  return running;
}

async function eventOf(
  path: string,
  init: RequestInit = {},
  routes = ROUTES,
): Promise<Record<string, unknown>> {
  const { httpUrl, invoker } = await start(routes);
  await (await fetch(httpUrl + path, init)).arrayBuffer();
  return invoker.calls[0]?.event ?? {};
}

describe("an event of the HTTP API", () => {
  it.each([
    ["application/json", '{"ü":1}', '{"ü":1}', false],
    ["application/problem+json; charset=utf-8", "{}", "{}", false],
    ["text/plain", "hello", "hello", false],
    ["application/octet-stream", "hello", "aGVsbG8=", true],
    ["application/json", new Uint8Array([0x22, 0xff, 0x22]), "Iv8i", true],
  ])("carries a body of %s", async (contentType, sent, body, isBase64Encoded) => {
    const init = { method: "POST", body: sent, headers: { "Content-Type": contentType } };
    expect(await eventOf("/api/things", init)).toMatchObject({ body, isBase64Encoded });
  });
});

describe("an answer of the HTTP API", () => {
  async function answerTo(handler: () => unknown): Promise<Response> {
    const { httpUrl, invoker } = await start();
    invoker.on("Http", handler);
    return fetch(`${httpUrl}/api/things`);
  }

  it.each([
    ["an object", { a: 1 }, '{"a":1}'],
    ["a string", "hello", "hello"],
    ["a list", [1], "[1]"],
  ])("makes a 200 of %s without statusCode", async (_name, payload, body) => {
    const res = await answerTo(() => payload);
    expect(res.status).toBe(200);
    expect(res.headers.get("content-type")).toBe("application/json");
    expect(await res.text()).toBe(body);
  });

  it.each([
    [
      "a handler that throws",
      () => {
        throw new Error("secret");
      },
      500,
      '{"message":"Internal Server Error"}',
    ],
    ["a status that is none", () => ({ statusCode: "abc" }), 500, '{"message":"Internal Server Error"}'],
    [
      "a body that is no string",
      () => ({ statusCode: 200, body: {} }),
      500,
      '{"message":"Internal Server Error"}',
    ],
    [
      "a header that cannot be sent",
      () => ({ statusCode: 200, headers: { "x-a": "b\r\nx-c: d" } }),
      500,
      '{"message":"Internal Server Error"}',
    ],
    ["a timeout", () => TIMEOUT, 503, '{"message":"Service Unavailable"}'],
  ])("answers to %s as the service does", async (_name, handler, status, body) => {
    const res = await answerTo(handler);
    expect([res.status, await res.text()]).toEqual([status, body]);
    expect(res.headers.get("content-type")).toBe("application/json");
  });
});

describe("routing of the HTTP API", () => {
  it.each(["/api", "/api/things/", "/api/things/a/b", "/api/things/a%2Fb", "/constructor"])(
    "knows no route for %s",
    async (path) => {
      const { httpUrl, invoker } = await start();
      const res = await fetch(httpUrl + path);
      expect([res.status, await res.text()]).toEqual([404, '{"message":"Not Found"}']);
      expect(invoker.calls).toEqual([]);
    },
  );

  it("refuses a path that is not percent-encoding", async () => {
    const { httpUrl } = await start();
    expect((await fetch(`${httpUrl}/api/things/%zz`)).status).toBe(400);
  });

  it("logs one line a request, by route", async () => {
    const { httpUrl, lines } = await start();
    await fetch(`${httpUrl}/api/things/7`);
    await fetch(`${httpUrl}/nowhere`);
    expect(lines).toEqual([
      {
        type: "request",
        api: "http",
        route: "GET /api/things/{id}",
        functionId: "Http",
        status: 200,
        ms: expect.any(Number) as number,
      },
      { type: "request", api: "http", route: "GET /nowhere", status: 404, ms: expect.any(Number) as number },
    ]);
  });

  it("has a named stage in its paths", async () => {
    const { httpUrl, invoker } = await start(ROUTES, { api: { stage: "v1" } });
    expect((await fetch(`${httpUrl}/api/things`)).status).toBe(404);
    expect((await fetch(`${httpUrl}/v1/api/things`)).status).toBe(200);
    expect(invoker.calls[0]?.event["rawPath"]).toBe("/v1/api/things");
  });

  it("is not held up at its end by a body that never ends, and answers 503 from then on", async () => {
    const { gateway, httpUrl, invoker, server } = await start();
    const accepted = new Promise((resolve) => server.once("request", resolve));
    const req = request(`${httpUrl}/api/things`, { method: "POST", headers: { "Content-Length": 10 } });
    const cut = new Promise((resolve) => req.once("error", resolve));
    req.write("half");
    await accepted;
    await gateway.close();
    await cut;
    expect(invoker.calls).toEqual([]);
    expect((await fetch(`${httpUrl}/api/things`)).status).toBe(503);
  });
});
