import { afterEach, describe, expect, it } from "vitest";
import { makeModel, makeWebSocketRoutes } from "./model-fixture.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";

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
