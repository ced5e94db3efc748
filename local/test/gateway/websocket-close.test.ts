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

describe("$disconnect", () => {
  it("has its own shape", async () => {
    const gateway = await start();
    const client = await gateway.connect({ headers: { "User-Agent": "check/1" } });
    client.socket.close(1000, "bye");
    const [call] = await gateway.invoker.until("$disconnect");
    const host = new URL(gateway.httpUrl).host;
    expect(call?.event).toEqual({
      headers: {
        Host: host,
        "x-api-key": "",
        "X-Forwarded-For": expect.any(String) as string,
        "x-restapi": "",
      },
      multiValueHeaders: {
        Host: [host],
        "x-api-key": [""],
        "X-Forwarded-For": [expect.any(String)],
        "x-restapi": [""],
      },
      requestContext: expect.objectContaining({
        routeKey: "$disconnect",
        eventType: "DISCONNECT",
        disconnectStatusCode: 1000,
        disconnectReason: "bye",
        identity: { userAgent: "check/1", sourceIp: "127.0.0.1" },
      }) as unknown,
      isBase64Encoded: false,
    });
  });

  it.each([
    [
      "without a code",
      (client: Client) => client.socket.close(),
      1005,
      "Client-side close frame status not set",
    ],
    ["with 1001", (client: Client) => client.socket.close(1001), 1001, ""],
    [
      "by cutting the line",
      (client: Client) => client.socket.terminate(),
      1006,
      expect.any(String) as string,
    ],
  ])("says how the client closed: %s", async (_name, close, code, reason) => {
    const gateway = await start();
    close(await gateway.connect());
    expect(await closeOf(gateway)).toEqual({ code, reason });
  });

  it("comes once a connection, and never for one that was refused", async () => {
    const gateway = await start();
    const client = await gateway.connect();
    client.socket.close();
    client.socket.terminate();
    await gateway.invoker.until("$disconnect");
    await gateway.gateway.close();
    expect(gateway.invoker.of("$disconnect")).toHaveLength(1);
  });
});

describe("the gateway closes", () => {
  it("idle connections with 1001; messages either way keep them", async () => {
    const gateway = await start({ idleMs: 800 });
    const [idle, sender, listener] = await Promise.all([
      gateway.connect(),
      gateway.connect(),
      gateway.connect(),
    ]);
    const listenerId = (
      gateway.invoker.of("$connect")[2]?.event["requestContext"] as { connectionId: string }
    ).connectionId;
    const closedEarly: string[] = [];
    sender.socket.on("close", () => closedEarly.push("sender"));
    listener.socket.on("close", () => closedEarly.push("listener"));
    const chatter = setInterval(() => {
      sender.send({ action: "one_way" });
      fetch(`${gateway.managementUrl}/@connections/${listenerId}`, { method: "POST", body: "x" }).catch(
        () => undefined,
      );
    }, 80);
    try {
      expect(await idle.closed).toEqual({ code: 1001, reason: "Going away" });
      expect(closedEarly).toEqual([]);
    } finally {
      clearInterval(chatter);
    }
    expect(await closeOf(gateway)).toEqual({ code: 1001, reason: "Going away" });
  });

  it("old connections, by a limit that is changed while they live", async () => {
    const gateway = await start();
    const client = await gateway.connect();
    gateway.gateway.limits.lifetimeMs = 0;
    expect((await client.closed).code).toBe(1001);
  });

  it("binary frames with 1003", async () => {
    const gateway = await start();
    const client = await gateway.connect();
    client.socket.send(Buffer.from("{}"));
    expect((await client.closed).code).toBe(1003);
    expect((await closeOf(gateway)).code).toBe(1003);
    expect(gateway.invoker.calls).toHaveLength(2);
  });

  const text = (bytes: number): Buffer => {
    const empty = '{"action":"one_way","x":""}';
    return Buffer.from(empty.replace('""}', `"${"y".repeat(bytes - empty.length)}"}`));
  };

  it("takes a frame of 32 KB and a message of 128 KB in such fragments", async () => {
    const gateway = await start();
    const client = await gateway.connect();
    client.socket.send(text(32 * 1024).toString());
    await gateway.invoker.until("one_way");
    const whole = text(128 * 1024);
    for (let part = 0; part < 4; part += 1) {
      const fragment = whole.subarray(part * 32 * 1024, (part + 1) * 32 * 1024);
      client.socket.send(fragment, { fin: part === 3, binary: false });
    }
    const calls = await gateway.invoker.until("one_way", 2);
    expect(String(calls[1]?.event["body"]).length).toBe(128 * 1024);
  });

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
