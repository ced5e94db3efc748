import { afterEach, describe, expect, it } from "vitest";
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

describe("a frame", () => {
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
});
