import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { beforeAll, afterAll, expect, it } from "vitest";
import { listen, type FrontServer } from "../../serving/front-server.ts";
import { until, within } from "../support/pace.ts";

let server: FrontServer;
beforeAll(async () => {
  const outcome = await listen(0);
  if (outcome.type === "failed") throw new Error(outcome.message);
  ({ server } = outcome);
  server.serve({
    handleRequest: (request, response) => {
      text(request).then(
        (body) => {
          const { connection = "", upgrade = "", host = "" } = request.headers;
          response.end(
            `<${[request.method, request.url, host, body, connection.toLowerCase(), upgrade].join("|")}>`,
          );
        },
        () => response.destroy(),
      );
    },
    handleUpgrade: (request, socket) => socket.end(`socket ${request.url} ${request.headers.host}`),
  });
});
afterAll(() => server.close());

const h2c =
  "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";

/** What the server says to these requests, each sent, in its pieces, once the one before has its answer. */
async function say(...requests: readonly (readonly string[])[]): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  let said = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const ended = once(socket, "end");
  for (const [at, pieces] of requests.entries()) {
    for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
    if (at + 1 < requests.length) await until(() => bodiesOf(said).length > at, `answer ${at + 1}`);
  }
  await within(ended, "the end of the connection");
  return said;
}

const bodiesOf = (said: string): readonly string[] => said.match(/<[^>]*>/g) ?? [];

it("serves a request that offers a protocol other than WebSocket, its body and the next one too", async () => {
  const large = "x".repeat(100_000);
  const said = await say(
    [`POST /first HTTP/1.1\r\nHost: here\r\n${h2c}Content-Length: 100003\r\n\r\nabc`, large],
    [`GET /second HTTP/1.1\r\nHost: here\r\n${h2c}\r\n`],
    ["GET /third HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"],
  );
  expect(bodiesOf(said)).toEqual([
    `<POST|/first|here|abc${large}||>`,
    "<GET|/second|here|||>",
    "<GET|/third|here||close|>",
  ]);
});

it("keeps what else such a request says of its connection", async () => {
  const head = "GET / HTTP/1.1\r\nHost: here\r\nConnection: close, Upgrade\r\nUpgrade: h2c\r\n\r\n";
  expect(bodiesOf(await say([head]))).toEqual(["<GET|/|here||close|>"]);
});

it.each([
  ["http://127.0.0.1:3000/a%20b?c=/d", "/a%20b?c=/d", "127.0.0.1:3000"],
  ["HTTP://Evil.example", "/", "Evil.example"],
  ["http://127.0.0.1:3000?x=1", "/?x=1", "127.0.0.1:3000"],
  ["//127.0.0.1/a", "//127.0.0.1/a", "other"],
])("serves the target %s of a client that takes it for a proxy", async (target, url, host) => {
  const said = await say([`GET ${target} HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n`]);
  expect(bodiesOf(said)).toEqual([`<GET|${url}|${host}||close|>`]);
  const upgrade = "Connection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n";
  expect(await say([`GET ${target} HTTP/1.1\r\nHost: other\r\n${upgrade}`])).toBe(`socket ${url} ${host}`);
});

it("tells who comes before it serves to come back, browsers by themselves", async () => {
  const outcome = await listen(0);
  if (outcome.type === "failed") throw new Error(outcome.message);
  const starting = outcome.server;
  try {
    const { status, headers } = await fetch(`http://127.0.0.1:${starting.port}/`);
    expect([status, headers.get("retry-after"), headers.get("refresh")]).toEqual([503, "1", "1"]);
  } finally {
    await starting.close();
  }
});
