import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import type { FunctionPool } from "../../functions/function-pool.ts";
import { openHomeDoor, type DoorCall, type HomeDoor } from "../../serving/home-door.ts";
import { within } from "../support/pace.ts";
import { functionModel, poolOf, removeAssets } from "./pool-fixture.ts";

const NAME = "api1.execute-api.eu-central-1.amazonaws.com";
const CODE = `
import { request, Agent } from "node:https";
import http from "node:http";
import { connect } from "node:tls";
import { lookup, resolve4 } from "node:dns/promises";

const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: true });
const collect = async (stream) => {
  let all = "";
  for await (const chunk of stream) all += chunk;
  return all;
};
const asked = (make, options, body) =>
  new Promise((resolve, reject) => {
    const call = make(options, (res) => collect(res).then(resolve, reject));
    call.on("error", reject);
    call.end(body);
  });
const ways = {
  fetch: async ({ url, ...init }) => (await fetch(url, init)).text(),
  https: ({ host, path, body }) => asked(request, { host, path, method: "POST", agent }, body),
  http: ({ host }) => asked(http.request, { host, port: 80 }),
  tls: async ({ host }) => {
    const socket = connect(443, host, { servername: host }, () =>
      socket.write("GET /by-tls HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n"));
    return collect(socket);
  },
  upgrade: ({ host }) =>
    new Promise((resolve, reject) => {
      const headers = {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      };
      const call = request({ host, path: "/live", headers });
      call.on("upgrade", ({ statusCode }, socket) => resolve(statusCode) || socket.destroy());
      call.on("error", reject).end();
    }),
  lookup: ({ host }) => lookup(host),
  resolve: ({ host }) => resolve4(host),
  environment: async () => Object.keys(process.env).filter((name) => name.includes("DOOR")),
};
export const handler = async ({ way, ...options }) => {
  try {
    return await ways[way](options);
  } catch (error) {
    const { code, message } = error.cause ?? error;
    return { code, message };
  }
};`;

let door: HomeDoor;
let pool: FunctionPool;
const calls: DoorCall[] = [];
const sockets = new WebSocketServer({ noServer: true });

beforeAll(async () => {
  door = await openHomeDoor();
  door.serve({
    handleRequest: (call, request, response) => {
      calls.push(call);
      text(request).then(
        (body) => response.end(`${request.method} ${request.url} ${body}`),
        () => response.destroy(),
      );
    },
    handleUpgrade: (_call, request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (ws) => ws.terminate()),
  });
  const { port, secret } = door;
  ({ pool } = await poolOf([functionModel(CODE)], {
    endpointsEnv: ({ processId }) => ({
      LOCAL_CLOUD_DOOR: JSON.stringify({ port, secret, processId, names: [NAME] }),
    }),
  }));
});
afterAll(async () => {
  await pool.close();
  await door.close();
  removeAssets();
});

async function inFunction(way: string, options: object = {}): Promise<unknown> {
  const outcome = await pool.invoke("Fn", { way, ...options }, { cause: "test" });
  return outcome.type === "ok" ? outcome.payload : outcome;
}

describe("a name that is served here", () => {
  it.each([
    ["fetch", { url: `https://${NAME}/by-fetch`, method: "POST", body: "x" }, "POST /by-fetch x"],
    ["https", { host: NAME, path: "/by-https", body: "y" }, "POST /by-https y"],
    ["tls", { host: NAME.toUpperCase() }, expect.stringMatching(/^HTTP\/1.1 200 OK.*GET \/by-tls $/s)],
    ["upgrade", { host: NAME }, 101],
  ])("is reached by %s, which knows nothing of it", async (way, options, answer) => {
    expect(await inFunction(way, options)).toEqual(answer);
  });

  it("is told to the door with the process that calls", async () => {
    calls.length = 0;
    // Two at once and one after the other, on the connections an agent keeps.
    const large = "z".repeat(200_000);
    for (const path of ["/1", "/2"]) {
      expect(await inFunction("https", { host: NAME, path, body: large })).toBe(`POST ${path} ${large}`);
    }
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map(({ processId }) => processId)).size).toBe(1);
    expect(calls.map(({ name }) => name)).toEqual([NAME, NAME]);
  });

  it("needs no variable that the function's code could see", async () => {
    expect(await inFunction("environment")).toEqual([]);
  });
});

describe("any other name of AWS", () => {
  const host = "s3.eu-central-1.amazonaws.com";
  const refusal = {
    code: "ERR_NOT_SERVED_LOCALLY",
    message: `${host} is not served by the local cloud, which sends nothing to AWS.`,
  };
  it.each(["https", "http", "lookup", "resolve"])("is refused to %s before it is asked for", async (way) => {
    expect(await inFunction(way, { host, path: "/" })).toEqual(refusal);
  });

  it.each([
    "https://s3.eu-central-1.amazonaws.com/",
    "https://dynamodb.cn-north-1.amazonaws.com.cn/",
    "https://sqs.us-east-1.api.aws/",
    `https://other.${NAME}/`,
    "https://other.execute-api.localhost/live",
  ])("is refused to fetch: %s", async (url) => {
    expect(await inFunction("fetch", { url })).toMatchObject({ code: refusal.code });
  });
});

it.each([`https://${NAME}:8443/`, `http://${NAME}/`])(
  "refuses what the service does not answer either: %s",
  async (url) => {
    expect(await inFunction("fetch", { url })).toEqual({
      code: "ERR_NOT_SERVED_LOCALLY",
      message: `The local cloud serves ${NAME} by https, at port 443, alone.`,
    });
  },
);

it("leaves every other name alone", async () => {
  const server = createServer((_request, response) => response.end("elsewhere"));
  server.listen(0, "localhost");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await inFunction("fetch", { url: `http://localhost:${port}/` })).toBe("elsewhere");
});

it("cuts off whoever does not know the secret, a page of a browser for one", async () => {
  calls.length = 0;
  for (const start of [
    "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    `wrong 1 ${NAME}\nGET / HTTP/1.1\r\n\r\n`,
  ]) {
    const socket = connect(door.port, "127.0.0.1");
    socket.write(start);
    expect(await within(text(socket), "the end of the connection")).toBe("");
  }
  expect(calls).toEqual([]);
});
