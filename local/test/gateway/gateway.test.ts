import { afterEach, describe, expect, it } from "vitest";
import { createGateway } from "../../gateway/gateway.ts";
import { answerJson } from "../../serving/request-body.ts";
import { openLocalIssuer } from "../../identity/issuer.ts";
import type { AppModel } from "../../assembly/model.ts";
import { FakeInvoker } from "./fake-invoker.ts";
import {
  JWT_AUTHORIZER,
  makeHttpApi,
  makeHttpRoute,
  makeModel,
  makeWebSocketRoute,
  makeWebSocketRoutes,
  PONG,
} from "./model-fixture.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";

let running: RunningGateway | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe("POST /_local/token", () => {
  const model = makeModel({ http: makeHttpApi([makeHttpRoute("GET /me", { authorizer: JWT_AUTHORIZER })]) });

  async function token(
    body: unknown,
  ): Promise<{ status: number; answer: { token?: string; message?: string } }> {
    running ??= await startGateway({ model });
    const res = await fetch(`${running.httpUrl}/_local/token`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return { status: res.status, answer: (await res.json()) as { token?: string; message?: string } };
  }

  it("issues tokens the API's own authorizer takes", async () => {
    const { status, answer } = await token({
      userId: "u|1",
      displayName: "Ann",
      avatarUrl: "https://a/b.png",
    });
    expect(status).toBe(200);
    const res = await fetch(`${running?.httpUrl}/me`, {
      headers: { Authorization: `Bearer ${answer.token}` },
    });
    expect(res.status).toBe(200);
    expect(running?.invoker.calls[0]?.event["requestContext"]).toMatchObject({
      authorizer: {
        jwt: { claims: { sub: "u|1", name: "Ann", picture: "https://a/b.png", token_use: "id" } },
      },
    });
  });

  it("puts a scope into the token, which a route may ask for", async () => {
    const http = makeHttpApi([
      makeHttpRoute("GET /all", { authorizer: JWT_AUTHORIZER, scopes: ["x/admin"] }),
    ]);
    running = await startGateway({ model: makeModel({ http }) });
    const statusFor = async (scope?: string): Promise<number> => {
      const { answer } = await token({ userId: "u", scope });
      const headers = { Authorization: `Bearer ${answer.token}` };
      return (await fetch(`${running?.httpUrl}/all`, { headers })).status;
    };
    expect(await statusFor("x/admin")).toBe(200);
    expect(await statusFor("other x/admin")).toBe(200);
    expect(await statusFor("x/adm")).toBe(403);
    expect(await statusFor()).toBe(403);
  });

  it.each([0, -3600])("issues one that has expired: expiresInSeconds %i", async (expiresInSeconds) => {
    const { answer } = await token({ userId: "u", expiresInSeconds });
    const [, payload = ""] = answer.token?.split(".") ?? [];
    const times = JSON.parse(Buffer.from(payload, "base64url").toString()) as { iat: number; exp: number };
    expect(times.iat).toBeLessThanOrEqual(times.exp);
    const res = await fetch(`${running?.httpUrl}/me`, {
      headers: { Authorization: `Bearer ${answer.token}` },
    });
    expect(res.headers.get("www-authenticate")).toContain("expired");
  });

  it.each([
    [undefined, "JSON object"],
    [[], "JSON object"],
    [{}, "userId"],
    [{ userId: "" }, "userId"],
    [{ userId: "x".repeat(256) }, "userId"],
    [{ userId: "u", displayName: 5 }, "displayName"],
    [{ userId: "u", avatarUrl: {} }, "avatarUrl"],
    [{ userId: "u", scope: ["x/admin"] }, "scope"],
    [{ userId: "u", expiresInSeconds: "60" }, "expiresInSeconds"],
    [{ userId: "u", expiresInSeconds: 1.5 }, "expiresInSeconds"],
  ])("refuses %j with one sentence", async (body, naming) => {
    const { status, answer } = await token(body);
    expect(status).toBe(400);
    expect(answer.message).toMatch(new RegExp(`${naming}.*\\.$`));
  });

  it("stands beside routes that others register, and nothing else", async () => {
    running = await startGateway({
      model,
      localRoutes: {
        "POST /_local/faults": (_req, res) => answerJson(res, 202, {}),
        "GET /_local/state": (_req, res) => answerJson(res, 200, {}),
      },
    });
    const asked = await fetch(`${running.httpUrl}/_local/state`, { method: "HEAD" });
    expect([asked.status, await asked.text()]).toEqual([200, ""]);
    const post = async (path: string): Promise<number> =>
      (await fetch(running?.httpUrl + path, { method: "POST" })).status;
    expect(await post("/_local/faults")).toBe(202);
    expect(await post("/_local/constructor")).toBe(404);
    expect((await fetch(`${running.httpUrl}/_local/token`)).status).toBe(404);
  });
});

describe("another model", () => {
  const http = (path: string) => makeHttpApi([makeHttpRoute(`GET ${path}`)]);

  it("is served from the next request on, and open sockets stay", async () => {
    running = await startGateway({ model: makeModel({ http: http("/old") }) });
    const client = await running.connect();
    const webSocketRoutes = [
      ...makeWebSocketRoutes(),
      makeWebSocketRoute("new", { integration: PONG, hasRouteResponse: true }),
    ];
    expect(running.gateway.reload(makeModel({ http: http("/new"), webSocketRoutes }))).toEqual({
      type: "ok",
    });
    expect((await fetch(`${running.httpUrl}/old`)).status).toBe(404);
    expect((await fetch(`${running.httpUrl}/new`)).status).toBe(200);
    client.send({ action: "new" });
    expect(await client.next()).toBe('{"type":"pong"}');
  });

  it("closes the sockets of an API it no longer has", async () => {
    running = await startGateway({ model: makeModel({}) });
    const client = await running.connect();
    running.gateway.reload(makeModel({ apiId: "other" }));
    expect((await client.closed).code).toBe(1001);
  });

  it.each<[string, AppModel, string]>([
    [
      "a template that is not served",
      makeModel({
        webSocketRoutes: [
          makeWebSocketRoute("x", {
            integration: { ...PONG, requestTemplates: { "200": "#set($a = 1)" } } as typeof PONG,
          }),
        ],
      }),
      'The route x of ChatApi uses "#set" in a mapping template, which the local gateway does not serve.',
    ],
    [
      "an identity source that is not served",
      makeModel({
        webSocketRoutes: makeWebSocketRoutes({
          authorizer: { functionId: "Auth", identitySource: ["context.x"] },
        }),
      }),
      'The route $connect of ChatApi has an authorizer with the identity source "context.x", which the local gateway does not serve.',
    ],
    [
      "a function that is not there",
      makeModel({ http: makeHttpApi([makeHttpRoute("GET /a", { functionId: "Nope" })]) }),
      "The route GET /a calls Nope, which is no function of this app.",
    ],
  ])("is refused in one sentence for %s, and the old one goes on", async (_name, model, message) => {
    running = await startGateway({ model: makeModel({ http: http("/old") }) });
    expect(running.gateway.reload(model)).toEqual({ type: "unsupported", message });
    expect((await fetch(`${running.httpUrl}/old`)).status).toBe(200);
    const issuer = await openLocalIssuer({ folder: null });
    const creation = createGateway({ model, invoker: new FakeInvoker(), issuer, log: () => undefined });
    expect(creation).toEqual({ type: "unsupported", message });
  });
});
