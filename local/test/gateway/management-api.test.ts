import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGate } from "./gate.ts";
import { makeModel, makeWebSocketRoutes } from "./model-fixture.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";
import type { Client } from "./ws-client.ts";

let gateway: RunningGateway;
let sdk: ApiGatewayManagementApiClient;
beforeEach(async () => {
  gateway = await startGateway({ model: makeModel({ webSocketRoutes: makeWebSocketRoutes() }) });
  sdk = new ApiGatewayManagementApiClient({
    endpoint: gateway.managementUrl,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  sdk.destroy();
  await gateway.stop();
});

async function connected(): Promise<{ client: Client; ConnectionId: string }> {
  const seen = gateway.invoker.of("$connect").length;
  const client = await gateway.connect({ headers: { "User-Agent": "check/1" } });
  const context = gateway.invoker.of("$connect")[seen]?.event["requestContext"] as { connectionId: string };
  return { client, ConnectionId: context.connectionId };
}

describe("the management API, by the real SDK", () => {
  it("posts text to a connection, in the order of the calls", async () => {
    const { client, ConnectionId } = await connected();
    for (const Data of ["one", "zwei ü 🙂", "three"])
      await sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));
    expect([await client.next(), await client.next(), await client.next()]).toEqual([
      "one",
      "zwei ü 🙂",
      "three",
    ]);
  });

  it("describes a connection", async () => {
    const { client, ConnectionId } = await connected();
    const before = await sdk.send(new GetConnectionCommand({ ConnectionId }));
    expect(before.Identity).toEqual({ SourceIp: "127.0.0.1", UserAgent: "check/1" });
    expect(before.ConnectedAt).toBeInstanceOf(Date);
    expect(before.LastActiveAt).toEqual(before.ConnectedAt);
    // Activity is told apart by the millisecond.
    while (Date.now() === before.LastActiveAt?.getTime())
      await new Promise((resolve) => setImmediate(resolve));
    client.send({ action: "ping" });
    await client.next();
    const after = await sdk.send(new GetConnectionCommand({ ConnectionId }));
    expect(after.LastActiveAt?.getTime()).toBeGreaterThan(before.LastActiveAt?.getTime() ?? 0);
  });

  it("deletes a connection: gone at once, closed with 1000, and $disconnect follows", async () => {
    const { client, ConnectionId } = await connected();
    const deleted = await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
    await expect(sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toThrow(
      GoneException,
    );
    expect((await client.closed).code).toBe(1000);
    const [call] = await gateway.invoker.until("$disconnect");
    expect(call?.event["requestContext"]).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: "Connection Closed Normally",
    });
  });

  it("knows a connection no more once it is closing, whether or not the client has answered", async () => {
    const { client, ConnectionId } = await connected();
    (client.socket as unknown as { _socket: { pause(): void } })._socket.pause();
    await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    await expect(sdk.send(new GetConnectionCommand({ ConnectionId }))).rejects.toThrow(GoneException);
    await expect(sdk.send(new DeleteConnectionCommand({ ConnectionId }))).rejects.toThrow(GoneException);
    expect(gateway.invoker.of("$disconnect")).toEqual([]);
    client.socket.terminate();
  });

  it.each(["Zq0lpfIyliACGbQ=", "not an id", "%zz", "../x"])(
    "knows no connection %s: 410",
    async (ConnectionId) => {
      for (const command of [
        new PostToConnectionCommand({ ConnectionId, Data: "x" }),
        new GetConnectionCommand({ ConnectionId }),
        new DeleteConnectionCommand({ ConnectionId }),
      ] as const) {
        await expect(sdk.send(command as PostToConnectionCommand)).rejects.toThrow(GoneException);
      }
    },
  );

  it("answers 410 during $connect", async () => {
    const gate = createGate();
    const outcome: unknown[] = [];
    gateway.invoker.on("Ws", async (event) => {
      const { connectionId } = event["requestContext"] as { connectionId: string };
      const posted = sdk.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "x" }));
      outcome.push(await posted.catch((cause: unknown) => cause));
      gate.open();
      return { statusCode: 200 };
    });
    await gateway.connect();
    await gate.opened;
    expect(outcome[0]).toBeInstanceOf(GoneException);
    gateway.invoker.on("Ws", () => ({ statusCode: 200 }));
  });

  it("answers 410 once the client has gone", async () => {
    const { client, ConnectionId } = await connected();
    client.socket.terminate();
    await gateway.invoker.until("$disconnect");
    await expect(sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toThrow(
      GoneException,
    );
  });

  it("refuses more than 128 KB with 413", async () => {
    const { ConnectionId } = await connected();
    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.alloc(128 * 1024, 97) }));
    const post = sdk.send(
      new PostToConnectionCommand({ ConnectionId, Data: Buffer.alloc(128 * 1024 + 1, 97) }),
    );
    await expect(post).rejects.toThrow(PayloadTooLargeException);
  });

  it("answers 429 for a client that does not read", async () => {
    const { client, ConnectionId } = await connected();
    gateway.gateway.limits.clientBufferBytes = 0;
    (client.socket as unknown as { _socket: { pause(): void } })._socket.pause();
    const Data = Buffer.alloc(128 * 1024, 97);
    const flood = async (): Promise<void> => {
      for (let sent = 0; sent < 400; sent += 1)
        await sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));
    };
    await expect(flood()).rejects.toThrow(LimitExceededException);
    client.socket.terminate();
  });

  it("takes @ as %40, and refuses other methods with 403", async () => {
    const { client, ConnectionId } = await connected();
    const path = `${gateway.managementUrl}/%40connections/${encodeURIComponent(ConnectionId)}`;
    expect((await fetch(path, { method: "POST", body: "x" })).status).toBe(200);
    expect(await client.next()).toBe("x");
    const refused = await fetch(path, { method: "PUT", body: "x" });
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-amzn-errortype")).toBe(ForbiddenException.name);
  });
});
