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

describe("$connect", () => {
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
