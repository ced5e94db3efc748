import { createConnection, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { makeModel, makeWebSocketRoutes } from "./model-fixture.ts";
import { createGate } from "./gate.ts";
import { clientFrame } from "./raw-frames.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";

let running: RunningGateway | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(options: Parameters<typeof makeWebSocketRoutes>[0] = {}): Promise<RunningGateway> {
  running = await startGateway({ model: makeModel({ webSocketRoutes: makeWebSocketRoutes(options) }) });
  return running;
}

const UPGRADE = [
  "GET /local HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket",
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
].join("\r\n");

const ID = /^[\w-]{15}=$/;

describe("$connect", () => {
  it("hands the upgrade to the function in the service's shape", async () => {
    const { invoker, connect } = await start();
    await connect({ headers: { "User-Agent": "check/1", "X-Twice": "a" }, suffix: "?a=1&a=2&b=%20x" });
    const [call] = invoker.of("$connect");
    expect(call?.event).toEqual({
      headers: expect.objectContaining({
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": expect.any(String) as string,
        "User-Agent": "check/1",
        "X-Twice": "a",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Port": expect.stringMatching(/^\d+$/) as string,
        "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/) as string,
      }) as unknown,
      multiValueHeaders: expect.objectContaining({ "X-Twice": ["a"] }) as unknown,
      queryStringParameters: { a: "2", b: " x" },
      multiValueQueryStringParameters: { a: ["1", "2"], b: [" x"] },
      requestContext: {
        routeKey: "$connect",
        eventType: "CONNECT",
        extendedRequestId: expect.stringMatching(ID) as string,
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/) as string,
        messageDirection: "IN",
        stage: "local",
        connectedAt: expect.any(Number) as number,
        requestTimeEpoch: expect.any(Number) as number,
        identity: { sourceIp: "127.0.0.1", userAgent: "check/1" },
        requestId: expect.stringMatching(ID) as string,
        domainName: expect.any(String) as string,
        connectionId: expect.stringMatching(ID) as string,
        apiId: "wsapi1",
      },
      isBase64Encoded: false,
    });
    const context = call?.event["requestContext"] as Record<string, unknown>;
    expect(context["requestId"]).toBe(context["extendedRequestId"]);
    expect(call?.event["headers"]).not.toHaveProperty("Connection");
  });

  it("leaves out what the client did not send", async () => {
    const { invoker, connect } = await start();
    await connect();
    const event = invoker.of("$connect")[0]?.event ?? {};
    expect(Object.keys(event)).not.toContain("queryStringParameters");
    expect(Object.keys(event)).not.toContain("body");
    expect(event["requestContext"]).toHaveProperty("identity", { sourceIp: "127.0.0.1" });
    expect(event["requestContext"]).not.toHaveProperty("authorizer");
  });

  it("answers with the function's own status before any 101", async () => {
    const { invoker, tryConnect } = await start();
    invoker.on("Ws", () => ({ statusCode: 418, body: "no" }));
    expect(await tryConnect()).toMatchObject({ type: "refused", status: 418 });
    expect(invoker.of("$disconnect")).toEqual([]);
  });

  it.each([
    [
      "a handler that throws",
      () => {
        throw new Error("secret");
      },
    ],
    ["no answer", () => undefined],
    ["an answer without a status", () => ({ body: "x" })],
    [
      "a subprotocol that is no token",
      () => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "a\r\nb" } }),
    ],
  ])("answers 502 to %s", async (_name, handler) => {
    const { invoker, tryConnect } = await start();
    invoker.on("Ws", handler);
    const result = await tryConnect();
    expect(result).toMatchObject({ type: "refused", status: 502 });
    expect(JSON.stringify(result)).not.toContain("secret");
  });

  it("selects no subprotocol unless the function returns one, in any case", async () => {
    const { invoker, tryConnect, connect } = await start();
    // A client that offered subprotocols and got none fails the handshake itself.
    await expect(tryConnect({ protocols: ["chat.v1", "token"] })).rejects.toThrow("no subprotocol");
    invoker.on("Ws", () => ({ statusCode: 200, headers: { "sec-websocket-protocol": "chat.v1" } }));
    expect((await connect({ protocols: ["token", "chat.v1"] })).protocol).toBe("chat.v1");
    invoker.on("Ws", () => ({ statusCode: 200, multiValueHeaders: { "Sec-WebSocket-Protocol": ["token"] } }));
    expect((await connect({ protocols: ["token", "chat.v1"] })).protocol).toBe("token");
  });

  it("refuses a path that is no stage without invoking anything", async () => {
    const { invoker, tryConnect } = await start();
    expect(await tryConnect({ suffix: "/elsewhere" })).toMatchObject({ type: "refused", status: 403 });
    expect(await tryConnect({ suffix: `?${"x".repeat(4096)}` })).toMatchObject({
      type: "refused",
      status: 414,
    });
    expect(invoker.calls).toEqual([]);
  });

  it("refuses more new connections within a second than the limit", async () => {
    const { gateway, connect, tryConnect } = await start();
    gateway.limits.newConnectionsPerSecond = 1;
    await connect();
    expect(await tryConnect()).toMatchObject({ type: "refused", status: 429 });
  });

  it.each([
    ["in one piece with the request", true],
    ["after the request", false],
  ])("dispatches no frame before it has succeeded, and loses none sent %s", async (_name, together) => {
    const { invoker, wsUrl } = await start();
    const gate = createGate();
    invoker.on("Ws", async (event) => {
      if ((event["requestContext"] as { eventType: string }).eventType === "CONNECT") await gate.opened;
      return { statusCode: 200 };
    });
    const socket = createConnection(Number(new URL(wsUrl).port), "127.0.0.1");
    const frame = clientFrame(0x81, Buffer.from('{"action":"one_way"}'));
    socket.write(together ? Buffer.concat([Buffer.from(UPGRADE), frame]) : UPGRADE);
    await invoker.until("$connect");
    if (!together) await new Promise((resolve) => socket.write(frame, resolve));
    expect(invoker.of("one_way")).toEqual([]);
    gate.open();
    const [call] = await invoker.until("one_way");
    expect(call?.event["body"]).toBe('{"action":"one_way"}');
    socket.destroy();
  });

  it("still owes $disconnect to a client that left while it ran", async () => {
    const { invoker, tryConnect } = await start();
    const gate = createGate();
    invoker.on("Ws", async () => {
      await gate.opened;
      return { statusCode: 200 };
    });
    let leave: () => void = () => undefined;
    const leaving = tryConnect({ signal: (socket) => (leave = () => socket.terminate()) });
    await invoker.until("$connect");
    leave();
    await expect(leaving).rejects.toThrow("closed before the connection");
    gate.open();
    const [call] = await invoker.until("$disconnect");
    expect(call?.event["requestContext"]).toMatchObject({ disconnectStatusCode: 1006 });
  });

  it("owes it also where the line was reset meanwhile", async () => {
    const { gateway, invoker, wsUrl } = await start();
    const gate = createGate();
    invoker.on("Ws", async () => {
      await gate.opened;
      return { statusCode: 200 };
    });
    const accepted = new Promise<Socket>((resolve) => running?.server.once("connection", resolve));
    const socket = createConnection(Number(new URL(wsUrl).port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(UPGRADE);
    const serverSide = await accepted;
    await invoker.until("$connect");
    const reset = new Promise((resolve) => serverSide.once("close", resolve));
    socket.resetAndDestroy();
    await reset;
    gate.open();
    const [call] = await invoker.until("$disconnect");
    expect(call?.event["requestContext"]).toMatchObject({ disconnectStatusCode: 1006 });
    await gateway.close();
    expect(gateway.connections.snapshot()).toEqual([]);
  });

  it("that succeeds while the gateway closes is closed with 1001", async () => {
    const { gateway, invoker, connect } = await start();
    const gate = createGate();
    invoker.on("Ws", () => gate.opened.then(() => ({ statusCode: 200 })));
    const connecting = connect();
    await invoker.until("$connect");
    const closing = gateway.close();
    gate.open();
    expect((await (await connecting).closed).code).toBe(1001);
    await closing;
    expect(invoker.of("$disconnect")).toHaveLength(1);
  });
});
