import { afterAll, beforeAll, expect, test } from "vitest";
import { Cast } from "../support/cast.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startParley();
});
afterAll(async () => {
  await cloud?.stop();
});

interface Invocation {
  readonly functionName: string;
  readonly route: string;
}

/** As the log tells them: `12:34:56 WebSocketFunction sync 7 ms warm`. */
const invocations = (): Invocation[] =>
  [...cloud.log().matchAll(/^\S+ (\S+) (\S+) \d+ ms (?:cold|warm)/gm)].map(([, functionName, route]) => ({
    functionName: functionName!,
    route: route!,
  }));

const syncs = (): Invocation[] => invocations().filter(({ route }) => route === "sync");

test("ping is answered by a pong without an id and without a function", async () => {
  const cast = new Cast(cloud);
  const { alice, conversationId } = await cast.pair();
  const device = await alice.connect();
  await device.ask("sync", { conversationId, afterSeq: 0 });
  await expect.poll(syncs).toHaveLength(1);
  const { functionName } = syncs()[0]!;

  for (let count = 0; count < 5; count += 1) {
    device.send({ action: "ping", id: `p${count}`, conversationId, anything: "else" });
    expect(await device.next("pong")).toEqual({ type: "pong" });
  }
  // The log is written in order: once a later invocation shows, any of the pings' would.
  await device.ask("sync", { conversationId, afterSeq: 0 });
  await expect.poll(syncs).toHaveLength(2);
  const ofSockets = invocations().filter((one) => one.functionName === functionName);
  expect(ofSockets.map(({ route }) => route)).toEqual(["$connect", "sync", "sync"]);
  await cast.leave();
});
