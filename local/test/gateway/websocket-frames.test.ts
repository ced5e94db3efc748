import { afterEach, describe, expect, it } from "vitest";
import { TIMEOUT } from "./fake-invoker.ts";
import { createGate } from "./gate.ts";
import { makeModel, makeWebSocketRoutes } from "./model-fixture.ts";
import { startGateway, type RunningGateway } from "./start-gateway.ts";

let running: RunningGateway | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(withDefault = false): Promise<RunningGateway> {
  running = await startGateway({
    model: makeModel({ webSocketRoutes: makeWebSocketRoutes({ withDefault }) }),
  });
  return running;
}

const FORBIDDEN = /^\{"message": "Forbidden", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/;
const FAILED =
  /^\{"message": "Internal server error", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/;

describe("a frame", () => {
  it("arrives as a MESSAGE event without headers or query", async () => {
    const { invoker, connect } = await start();
    const client = await connect({ headers: { "User-Agent": "check/1" }, suffix: "?a=1" });
    client.send('{"action": "one_way" }');
    const [call] = await invoker.until("one_way");
    const connected = invoker.of("$connect")[0]?.event["requestContext"] as Record<string, unknown>;
    const context = call?.event["requestContext"] as Record<string, unknown>;
    expect(call?.event).toEqual({
      requestContext: {
        routeKey: "one_way",
        eventType: "MESSAGE",
        extendedRequestId: context["requestId"],
        requestTime: expect.any(String) as string,
        messageDirection: "IN",
        messageId: expect.stringMatching(/^[\w-]{15}=$/) as string,
        stage: "local",
        connectedAt: connected["connectedAt"],
        requestTimeEpoch: expect.any(Number) as number,
        identity: { userAgent: "check/1", sourceIp: "127.0.0.1" },
        requestId: expect.stringMatching(/^[\w-]{15}=$/) as string,
        domainName: expect.any(String) as string,
        connectionId: connected["connectionId"],
        apiId: "wsapi1",
      },
      body: '{"action": "one_way" }',
      isBase64Encoded: false,
    });
    expect(call?.options).toEqual({ cause: "one_way", timeoutMs: 29_000 });
  });

  it.each([
    ["an unknown action", { action: "nope" }],
    ["no action", {}],
    ["an action that is no scalar", { action: ["two_way"] }],
    ["a name of the prototype", { action: "constructor" }],
    ["$connect", { action: "$connect" }],
    ["$disconnect", { action: "$disconnect" }],
    ["text that is not JSON", "two_way"],
    ["JSON that is no object", "[]"],
    ["nothing", ""],
  ])("with %s goes to $default, or is Forbidden where there is none", async (_name, frame) => {
    const { connect, invoker } = await start();
    const client = await connect();
    client.send(frame);
    expect(await client.next()).toMatch(FORBIDDEN);
    expect(invoker.calls).toHaveLength(1);
    await running?.stop();
    const other = await start(true);
    other.invoker.on("Ws", () => ({ statusCode: 200, body: "default" }));
    const otherClient = await other.connect();
    otherClient.send(frame);
    expect(await otherClient.next()).toBe("default");
    expect(other.invoker.of("$default")).toHaveLength(1);
  });

  it("is answered only where the route has a route response", async () => {
    const { invoker, connect } = await start();
    invoker.on("Ws", (event) => ({ statusCode: 200, body: `to ${String(event["body"])}` }));
    const client = await connect();
    client.send({ action: "one_way" });
    await invoker.until("one_way");
    client.send({ action: "two_way" });
    expect(await client.next()).toBe('to {"action":"two_way"}');
  });

  it("gets nothing from a two-way route without a body", async () => {
    const { invoker, connect } = await start();
    const bodies = [undefined, "", "second"];
    invoker.on("Ws", (event) =>
      event["body"] === undefined ? { statusCode: 200 } : { statusCode: 200, body: bodies.shift() },
    );
    const client = await connect();
    for (let i = 0; i < 2; i += 1) {
      client.send({ action: "two_way" });
      await invoker.until("two_way", i + 1);
    }
    client.send({ action: "two_way" });
    expect(await client.next()).toBe("second");
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("secret");
      },
    ],
    ["times out", () => TIMEOUT],
    ["returns nothing", () => undefined],
    ["returns no status", () => ({ body: "x" })],
    ["returns a body that is no string", () => ({ statusCode: 200, body: {} })],
  ])("gets the service's error frame when the handler %s, also one-way", async (_name, handler) => {
    const { invoker, connect } = await start();
    const client = await connect();
    invoker.on("Ws", handler);
    for (const action of ["one_way", "two_way"]) {
      client.send({ action });
      expect(await client.next()).toMatch(FAILED);
    }
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    invoker.on("Ws", () => ({ statusCode: 200 }));
  });

  it("is answered by a mock integration without an invocation", async () => {
    const { invoker, connect } = await start();
    const client = await connect();
    client.send({ action: "ping" });
    expect(await client.next()).toBe('{"type":"pong"}');
    expect(invoker.calls).toHaveLength(1);
  });

  it("does not wait for the frame before it, unless frames are made serial", async () => {
    const { gateway, invoker, connect } = await start();
    const gate = createGate();
    invoker.on("Ws", async (event) => {
      const body = String(event["body"]);
      if (body.includes("slow")) await gate.opened;
      return { statusCode: 200, body };
    });
    const client = await connect();
    client.send({ action: "two_way", n: "slow" });
    client.send({ action: "two_way", n: "fast" });
    expect(await client.next()).toContain("fast");
    gate.open();
    expect(await client.next()).toContain("slow");

    gateway.limits.serialFrames = true;
    const second = createGate();
    invoker.on("Ws", async (event) => {
      const body = String(event["body"]);
      if (body.includes("slow")) await second.opened;
      return { statusCode: 200, body };
    });
    client.send({ action: "two_way", n: "slow" });
    client.send({ action: "two_way", n: "fast" });
    await invoker.until("two_way", 3);
    // The fast one would have been invoked in the same turn as the slow one.
    client.socket.ping();
    await new Promise((resolve) => client.socket.once("pong", resolve));
    expect(invoker.of("two_way")).toHaveLength(3);
    second.open();
    expect(await client.next()).toContain("slow");
    expect(await client.next()).toContain("fast");
  });
});
