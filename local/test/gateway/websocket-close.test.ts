import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { GatewayLimits } from "../../gateway/limits.ts";
import type { ConnectionChange } from "../../gateway/websocket/connection-registry.ts";
import { createGate } from "./gate.ts";
import { makeModel, makeWebSocketRoutes } from "./model-fixture.ts";
import { clientFrame } from "./raw-frames.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";
import type { Client } from "./ws-client.ts";

let running: RunningGateway | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(limits: Partial<GatewayLimits> = {}): Promise<RunningGateway> {
  running = await startGateway({ model: makeModel({ webSocketRoutes: makeWebSocketRoutes() }), limits });
  return running;
}

function rawSocket(client: Client): Socket {
  return (client.socket as unknown as { _socket: Socket })._socket;
}

async function closeOf(gateway: RunningGateway): Promise<{ code: unknown; reason: unknown }> {
  const [call] = await gateway.invoker.until("$disconnect");
  const context = call?.event["requestContext"] as Record<string, unknown>;
  return { code: context["disconnectStatusCode"], reason: context["disconnectReason"] };
}

describe("the gateway closes", () => {
  const text = (bytes: number): Buffer => {
    const empty = '{"action":"one_way","x":""}';
    return Buffer.from(empty.replace('""}', `"${"y".repeat(bytes - empty.length)}"}`));
  };

  it.each([
    ["a frame above 32 KB", [clientFrame(0x81, text(32 * 1024 + 1))]],
    ["a frame above 64 KB", [clientFrame(0x81, text(70_000))]],
    ["a frame above 128 KB", [clientFrame(0x81, text(200_000))]],
    [
      "a fragment above 32 KB",
      [clientFrame(0x01, Buffer.from("{")), clientFrame(0x80, Buffer.alloc(32 * 1024 + 1, 32))],
    ],
    [
      "a message above 128 KB",
      [
        clientFrame(0x01, Buffer.alloc(32 * 1024, 32)),
        ...Array.from({ length: 4 }, () => clientFrame(0x00, Buffer.alloc(32 * 1024, 32))),
      ],
    ],
  ])("%s with 1009, behind the frames before it", async (_name, frames) => {
    const gateway = await start();
    const client = await gateway.connect();
    const before = clientFrame(0x81, Buffer.from('{"action":"one_way","n":"before"}'));
    rawSocket(client).write(Buffer.concat([before, ...frames]));
    expect((await client.closed).code).toBe(1009);
    expect((await closeOf(gateway)).code).toBe(1009);
    expect(gateway.invoker.of("one_way").map(({ event }) => event["body"])).toEqual([
      '{"action":"one_way","n":"before"}',
    ]);
  });

  it.each([
    ["text that is not UTF-8", clientFrame(0x81, Buffer.from([0xff])), 1007],
    ["a frame of an opcode that does not exist", clientFrame(0x83, Buffer.from("x")), 1002],
  ])("%s by the protocol's code", async (_name, frame, code) => {
    const gateway = await start();
    const client = await gateway.connect();
    rawSocket(client).write(frame);
    expect((await client.closed).code).toBe(code);
    expect((await closeOf(gateway)).code).toBe(code);
  });

  it("a client that answers no close by cutting it, and says what was meant", async () => {
    const gateway = await start();
    const client = await gateway.connect();
    rawSocket(client).pause();
    await gateway.gateway.close();
    expect(await closeOf(gateway)).toEqual({ code: 1001, reason: "Going away" });
  });

  it("everything with 1001 at its own end, and waits for the $disconnects", async () => {
    const gateway = await start();
    const client = await gateway.connect();
    const gate = createGate();
    let finished = false;
    gateway.invoker.on("Ws", async () => {
      await gate.opened;
      finished = true;
      return { statusCode: 200 };
    });
    const ended = gateway.gateway.close().then(() => finished);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    await gateway.invoker.until("$disconnect");
    gate.open();
    expect(await ended).toBe(true);
    expect(await gateway.tryConnect()).toMatchObject({ type: "refused", status: 503 });
  });
});

describe("the registry of connections", () => {
  it("tells what a crash would lose, until $disconnect has been delivered", async () => {
    const gateway = await start();
    const changes: ConnectionChange[] = [];
    gateway.gateway.connections.onChange((change) => changes.push(change));
    const client = await gateway.connect();
    const [facts] = gateway.gateway.connections.snapshot();
    expect(facts).toMatchObject({ apiId: "wsapi1", stage: "local", sourceIp: "127.0.0.1" });
    const gate = createGate();
    gateway.invoker.on("Ws", () => gate.opened.then(() => ({ statusCode: 200 })));
    client.socket.close();
    await gateway.invoker.until("$disconnect");
    expect(gateway.gateway.connections.snapshot()).toEqual([facts]);
    gate.open();
    await gateway.gateway.close();
    expect(gateway.gateway.connections.snapshot()).toEqual([]);
    expect(changes).toEqual([
      { type: "opened", connection: facts },
      { type: "ended", id: facts?.id },
    ]);
  });

  it("delivers the lost $disconnects of an earlier process", async () => {
    const gateway = await start();
    const lost = JSON.parse(
      JSON.stringify({
        id: "Zq0lpfIyliACGbQ=",
        apiId: "wsapi1",
        stage: "local",
        connectedAt: 1_700_000_000_000,
        host: "127.0.0.1:1",
        sourceIp: "127.0.0.1",
        authorizer: { principalId: "user-1", context: {} },
      }),
    ) as Parameters<typeof gateway.gateway.deliverLostDisconnects>[0][number];
    const ended: ConnectionChange[] = [];
    gateway.gateway.connections.onChange((change) => ended.push(change));
    await gateway.gateway.deliverLostDisconnects([lost, { ...lost, id: "other=", apiId: "gone" }]);
    expect(gateway.invoker.of("$disconnect").map(({ event }) => event["requestContext"])).toEqual([
      expect.objectContaining({
        connectionId: lost.id,
        connectedAt: lost.connectedAt,
        disconnectStatusCode: 1006,
        authorizer: { principalId: "user-1" },
      }),
    ]);
    expect(ended).toHaveLength(2);
  });
});
