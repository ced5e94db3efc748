import { expect, test } from "vitest";
import { bannerFor, type Announced } from "../../cli/banner.ts";
import {
  JWT_AUTHORIZER,
  makeHttpApi,
  makeHttpRoute,
  makeModel,
  makeWebSocketRoutes,
} from "../gateway/model-fixture.ts";

function announced(
  parts: Partial<ReturnType<Announced["model"]>>,
  outputs: Announced["outputs"] = [],
): Announced {
  const nothing = { ...makeModel({}), webSocketApis: [] };
  return {
    httpUrl: "http://127.0.0.1:3000",
    wsUrl: "ws://127.0.0.1:3000/live",
    managementUrl: "http://127.0.0.1:3000/live",
    queueUrl: "http://127.0.0.1:3000/_aws/sqs",
    databaseUrl: "http://127.0.0.1:4000",
    databaseName: "engine",
    outputs,
    model: () => ({ ...nothing, ...parts }),
  };
}

test("an app without APIs is told of the view alone", () => {
  expect(bannerFor(announced({}), { dataFolder: null, hasSite: false })).toBe(`
  View            http://127.0.0.1:3000/_local/

  Ctrl-C stops.
`);
});

test("a site is named first", () => {
  expect(bannerFor(announced({}), { dataFolder: null, hasSite: true })).toBe(`
  Page            http://127.0.0.1:3000/
  View            http://127.0.0.1:3000/_local/

  Ctrl-C stops.
`);
});

test("a REST API, its queue and its outputs are named, and nothing else", () => {
  const restApis = [{ basePath: "/prod", methods: [] }] as unknown as ReturnType<
    Announced["model"]
  >["restApis"];
  const queues = [{ name: "jobs" }] as unknown as ReturnType<Announced["model"]>["queues"];
  const outputs = [{ name: "Shop.Url", value: "http://127.0.0.1:3000/prod/" }];
  expect(bannerFor(announced({ restApis, queues }, outputs), { dataFolder: null, hasSite: false })).toBe(`
  REST API        http://127.0.0.1:3000/prod/
  Queue           http://127.0.0.1:3000/_aws/sqs/111122223333/jobs
  View            http://127.0.0.1:3000/_local/

  Outputs:
    Shop.Url = http://127.0.0.1:3000/prod/

  Ctrl-C stops.
`);
});

test("a token is offered where one is taken, and a connection with it where sockets are guarded", () => {
  const authorizer = { functionId: "Auth", identitySource: [] };
  const guarded = makeModel({
    http: makeHttpApi([makeHttpRoute("GET /a", { authorizer: JWT_AUTHORIZER })]),
    webSocketRoutes: makeWebSocketRoutes({ authorizer }),
  });
  expect(bannerFor(announced(guarded), { dataFolder: ".local", hasSite: false })).toContain(`
  A token, then a connection:
    TOKEN=$(curl -s http://127.0.0.1:3000/_local/token -d '{"userId":"ana"}' | cut -d'"' -f4)
    npx wscat -c ws://127.0.0.1:3000/live -H "Authorization: Bearer $TOKEN"

  Ctrl-C stops.
`);
  const open = bannerFor(announced(makeModel({})), { dataFolder: null, hasSite: false });
  expect(open).toContain("\n  A connection:\n    npx wscat -c ws://127.0.0.1:3000/live\n\n");
  expect(open).not.toMatch(/token|HTTP API|Database/i);
});
