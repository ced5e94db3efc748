import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

  it("knows a connection no more once it is closing, whether or not the client has answered", async () => {
    const { client, ConnectionId } = await connected();
    (client.socket as unknown as { _socket: { pause(): void } })._socket.pause();
    await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    await expect(sdk.send(new GetConnectionCommand({ ConnectionId }))).rejects.toThrow(GoneException);
    await expect(sdk.send(new DeleteConnectionCommand({ ConnectionId }))).rejects.toThrow(GoneException);
    expect(gateway.invoker.of("$disconnect")).toEqual([]);
    client.socket.terminate();
  });
});
