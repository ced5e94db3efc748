import { afterEach, describe, expect, it } from "vitest";
import { makeModel, makeWebSocketRoutes } from "./model-fixture.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";
import { TIMEOUT } from "./fake-invoker.ts";

const METHOD_ARN = "arn:aws:execute-api:eu-west-1:111122223333:wsapi1/local/$connect";

let running: RunningGateway | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(identitySource: string[] = []): Promise<RunningGateway> {
  const authorizer = { functionId: "Auth", identitySource };
  running = await startGateway({
    model: makeModel({ webSocketRoutes: makeWebSocketRoutes({ authorizer }) }),
  });
  return running;
}

function policy(effect: string, resource = METHOD_ARN): Record<string, unknown> {
  return {
    principalId: "user-1",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
    },
  };
}

describe("the authorizer of $connect", () => {
  it("gets a REQUEST event", async () => {
    const { invoker, connect } = await start();
    invoker.on("Auth", () => policy("Allow"));
    await connect({ headers: { Authorization: "Bearer x" } });
    expect(invoker.calls[0]?.event).toMatchObject({
      type: "REQUEST",
      methodArn: METHOD_ARN,
      headers: { Authorization: "Bearer x" },
      multiValueHeaders: { Authorization: ["Bearer x"] },
      queryStringParameters: {},
      multiValueQueryStringParameters: {},
      stageVariables: {},
      requestContext: { routeKey: "$connect", eventType: "CONNECT", apiId: "wsapi1", stage: "local" },
    });
  });

  it("has its context, as strings, on every later event", async () => {
    const { invoker, connect } = await start();
    invoker.on("Auth", () => ({ ...policy("Allow"), context: { name: "Ann", n: 7, yes: true } }));
    const client = await connect();
    client.send({ action: "one_way" });
    await invoker.until("one_way");
    client.socket.close();
    await invoker.until("$disconnect");
    const authorizerOf = (routeKey: string): unknown =>
      (invoker.of(routeKey)[0]?.event["requestContext"] as Record<string, unknown>)["authorizer"];
    const context = { name: "Ann", n: "7", yes: "true", principalId: "user-1" };
    expect(authorizerOf("$connect")).toEqual({
      ...context,
      integrationLatency: expect.any(Number) as number,
    });
    expect(authorizerOf("one_way")).toEqual(context);
    expect(authorizerOf("$disconnect")).toMatchObject({ principalId: "user-1" });
  });

  it.each([
    [
      "throws Unauthorized",
      () => {
        throw new Error("Unauthorized");
      },
      401,
    ],
    [
      "throws anything else",
      () => {
        throw new Error("Unauthorized!");
      },
      500,
    ],
    ["times out", () => TIMEOUT, 500],
    ["denies", () => policy("Deny"), 403],
    ["allows something else", () => policy("Allow", `${METHOD_ARN}x`), 403],
    ["returns nothing", () => undefined, 500],
    ["returns an object in its context", () => ({ ...policy("Allow"), context: { a: {} } }), 500],
    ["returns more than 8 KB", () => ({ ...policy("Allow"), context: { a: "x".repeat(8192) } }), 500],
  ])("refuses when it %s", async (_name, handler, status) => {
    const { invoker, tryConnect } = await start();
    invoker.on("Auth", handler);
    expect(await tryConnect()).toMatchObject({ type: "refused", status });
    expect(invoker.of("$connect")).toEqual([]);
  });

  it("is not asked when an identity source is missing", async () => {
    const { invoker, tryConnect } = await start([
      "route.request.header.Authorization",
      "route.request.querystring.room",
    ]);
    invoker.on("Auth", () => policy("Allow"));
    expect(await tryConnect({ headers: { authorization: "x" } })).toMatchObject({ status: 401 });
    expect(await tryConnect({ suffix: "?room=1" })).toMatchObject({ status: 401 });
    expect(invoker.calls).toEqual([]);
    expect(await tryConnect({ headers: { authorization: "x" }, suffix: "?room=1" })).toMatchObject({
      type: "open",
    });
  });
});
