import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { expect, test } from "vitest";
import { connect } from "../cli/socket.ts";
import { sharedCloud } from "./cloud-fixture.ts";

const cloud = sharedCloud();

const open = async (user: string) => {
  const socket = await connect(cloud.wsUrl(), { "x-guest": user });
  return { socket, id: await cloud.connectionOf(user) };
};

test("a lost $disconnect never reaches the function; cleared, it does", async () => {
  const [lost, kept] = [await open("lost"), await open("kept")];
  await cloud.gone("those of earlier tests");
  const before = await cloud.disconnects();
  await cloud.set({ loseDisconnect: 1 });
  lost.socket.close();
  await cloud.left(lost.id);
  // A way through two functions and the stream: longer than a $disconnect takes.
  kept.socket.send({ action: "note", text: "meanwhile" });
  await kept.socket.next("streamed");
  expect(await cloud.disconnects()).toBe(before);
  await cloud.clear();
  kept.socket.close();
  await cloud.gone(kept.id, { lost: 1 });
});

test.each([
  [410, "GoneException"],
  [429, "LimitExceededException"],
  [500, "InternalServerErrorException"],
])(
  "a push to one connection is answered %d as the service does, to others it goes through",
  async (status, name) => {
    const client = new ApiGatewayManagementApiClient({
      endpoint: cloud.managementUrl(),
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
    });
    const push = (ConnectionId: string) =>
      client.send(new PostToConnectionCommand({ ConnectionId, Data: '{"type":"pushed"}' })).then(
        () => "sent",
        (error: { name: string; $metadata: { httpStatusCode?: number } }) => [
          error.name,
          error.$metadata.httpStatusCode,
        ],
      );
    const [struck, spared] = [await open(`struck ${status}`), await open(`spared ${status}`)];
    await cloud.set({ push: [{ status, connectionId: struck.id }] });
    expect(await push(struck.id)).toEqual([name, status]);
    expect(await push(spared.id)).toBe("sent");
    await cloud.clear();
    expect(await push(struck.id)).toBe("sent");
    await struck.socket.next("pushed");
    client.destroy();
  },
);

test("a push that hangs is answered only when its time is over, and has arrived then", async () => {
  const { socket, id } = await open("hanging");
  const other = await open("beside it");
  const url = `${cloud.managementUrl()}/@connections/${encodeURIComponent(id)}`;
  await cloud.set({ push: [{ delayMs: 600_000, connectionId: id }] });
  let isAnswered = false;
  const answer = fetch(url, { method: "POST", body: '{"type":"pushed"}' }).then(({ status }) => {
    isAnswered = true;
    return status;
  });
  // A way through two functions and the stream: longer than a push takes.
  other.socket.send({ action: "note", text: "meanwhile" });
  await other.socket.next("streamed");
  expect(isAnswered).toBe(false);
  await cloud.clear();
  expect(await answer).toBe(200);
  await socket.next("pushed");
});

test("a share of pushes fails, the same ones for a seed", async () => {
  const { id } = await open("share");
  const run = async (): Promise<number[]> => {
    await cloud.set({ seed: 2, push: [{ status: 429, share: 0.5 }] });
    const statuses = [];
    for (let at = 0; at < 20; at += 1) {
      const url = `${cloud.managementUrl()}/@connections/${encodeURIComponent(id)}`;
      statuses.push((await fetch(url, { method: "POST", body: "{}" })).status);
    }
    return statuses;
  };
  const first = await run();
  expect(new Set(first)).toEqual(new Set([200, 429]));
  expect(await run()).toEqual(first);
});

test("a cut connection ends without a close frame, and its $disconnect comes; the others stay", async () => {
  const [cut, other] = [await open("cut"), await open("other")];
  await cloud.set({ cut: cut.id });
  expect(await cut.socket.closed).toBe(1006);
  await cloud.gone(cut.id);
  expect(await cloud.connectionOf("other")).toBe(other.id);
  other.socket.send({ action: "ping" });
  await other.socket.next("pong");
  await cloud.set({ cut: "all" });
  expect(await other.socket.closed).toBe(1006);
  await cloud.left(other.id);
  // Done once, not kept: who comes afterwards stays.
  const { socket } = await open("after");
  socket.send({ action: "ping" });
  await socket.next("pong");
});

test.each(["idleMs", "lifetimeMs"])("%s is compressed for sockets that are open already", async (limit) => {
  const { socket, id } = await open(limit);
  await cloud.set({ [limit]: 50 });
  expect(await socket.closed).toBe(1001);
  await cloud.gone(id);
  await cloud.clear();
  const next = await open(`${limit} cleared`);
  // The limits are looked at ten times a second.
  await new Promise((resolve) => setTimeout(resolve, 400));
  next.socket.send({ action: "ping" });
  await next.socket.next("pong");
});
