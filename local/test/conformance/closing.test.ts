import { once } from "node:events";
import type { Socket } from "node:net";
import { expect } from "vitest";
import type { serviceLimits } from "../../gateway/limits.ts";
import { clientFrame } from "../gateway/raw-frames.ts";
import { contextOf, useCloud, type Connected } from "./cloud.ts";
import type { SeenEvent } from "./recorder.ts";
import { row } from "./row.ts";

const cloud = useCloud();
const KB = 1024;
const GOING_AWAY = { code: 1001, reason: "Going away" };

const rawSocket = ({ socket }: Connected): Socket => (socket as unknown as { _socket: Socket })._socket;

async function told(client: Connected): Promise<{ code: unknown; reason: unknown }> {
  const context = contextOf((await client.event("DISCONNECT")).event);
  return { code: context["disconnectStatusCode"], reason: context["disconnectReason"] };
}

function frameOf(bytes: number): string {
  const frame = '{"action":"one-way","text":""}';
  return frame.replace('""', `"${"x".repeat(bytes - frame.length)}"`);
}

const messagesOf =
  ({ connectionId }: Connected) =>
  ({ event }: SeenEvent): boolean => {
    const context = event["requestContext"] as { connectionId?: string; eventType?: string } | undefined;
    return context?.connectionId === connectionId && context.eventType === "MESSAGE";
  };

/** With a limit compressed for as long as the work takes. */
async function compressed<T>(
  limits: Partial<ReturnType<typeof serviceLimits>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = { ...cloud().limits };
  Object.assign(cloud().limits, limits);
  try {
    return await work();
  } finally {
    Object.assign(cloud().limits, before);
  }
}

row("close.no-code", async () => {
  const client = await cloud().connect();
  client.socket.close();
  expect(await told(client)).toEqual({ code: 1005, reason: "Client-side close frame status not set" });
});

row("close.going-away", async () => {
  const client = await cloud().connect();
  client.socket.close(1001);
  expect(await told(client)).toEqual({ code: 1001, reason: "" });
});

row("close.own-code", async () => {
  const client = await cloud().connect();
  client.socket.close(4321, "my own");
  expect(await told(client)).toEqual({ code: 4321, reason: "my own" });
});

row("close.idle", async () => {
  const client = await cloud().connect();
  const closed = await compressed({ idleMs: 0 }, () => client.closed);
  expect(closed).toEqual(GOING_AWAY);
  expect(await told(client)).toEqual(GOING_AWAY);
});

row("close.lifetime", async () => {
  const client = await cloud().connect();
  const closed = await compressed({ lifetimeMs: 0 }, () => client.closed);
  expect(closed).toEqual(GOING_AWAY);
  expect(await told(client)).toEqual(GOING_AWAY);
});

row("close.backend", async () => {
  const client = await cloud().connect();
  await fetch(`${cloud().cloud.managementUrl}/@connections/${client.connectionId}`, { method: "DELETE" });
  expect((await client.closed).code).toBe(1000);
  expect(await told(client)).toEqual({ code: 1000, reason: "Connection Closed Normally" });
});

row("close.abnormal", async () => {
  const client = await cloud().connect();
  rawSocket(client).destroy();
  expect((await told(client)).code).toBe(1006);
});

row("limits.quotas", () => {
  const minute = 60_000;
  expect(cloud().limits).toMatchObject({
    frameBytes: 32 * KB,
    messageBytes: 128 * KB,
    idleMs: 10 * minute,
    lifetimeMs: 120 * minute,
    newConnectionsPerSecond: 500,
    urlBytes: 4096,
    httpBodyBytes: 10 * KB * KB,
    httpHeaderBytes: 10_240,
    httpIntegrationMs: 30_000,
  });
  const routes = cloud().cloud.model().webSocketApis[0]?.routes ?? [];
  const timeouts = routes.map(({ routeKey, integration }): [string, unknown] => [
    routeKey,
    integration.type === "function" ? integration.timeoutMs : null,
  ]);
  expect(Object.fromEntries(timeouts)).toMatchObject({ answered: 29_000, hasty: 400 });
});

row("limits.frame", async () => {
  const client = await cloud().connect();
  client.send(frameOf(32 * KB));
  const [seen] = await cloud().recorder.until(messagesOf(client));
  expect(String(seen?.event["body"])).toHaveLength(32 * KB);
  client.send(frameOf(32 * KB + 1));
  expect((await client.closed).code).toBe(1009);
  expect((await told(client)).code).toBe(1009);
  expect(cloud().recorder.all(messagesOf(client))).toHaveLength(1);
});

row("limits.message", async () => {
  const send = (client: Connected, text: string): void => {
    const whole = Buffer.from(text);
    for (let at = 0; at < whole.length; at += 32 * KB) {
      const fin = at + 32 * KB >= whole.length;
      client.socket.send(whole.subarray(at, at + 32 * KB), { fin, binary: false });
    }
  };
  const client = await cloud().connect();
  send(client, frameOf(128 * KB));
  const [seen] = await cloud().recorder.until(messagesOf(client));
  // The fixture prints the length of a body that is too long to print.
  expect(seen?.event["body"]).toBe(128 * KB);
  send(client, frameOf(128 * KB + 1));
  expect((await client.closed).code).toBe(1009);
  expect((await told(client)).code).toBe(1009);
});

row("limits.binary", async () => {
  const client = await cloud().connect();
  client.socket.send(Buffer.from('{"action":"one-way"}'), { binary: true });
  expect((await client.closed).code).toBe(1003);
  expect((await told(client)).code).toBe(1003);
  expect(cloud().recorder.all(messagesOf(client))).toEqual([]);
});

row("limits.activity", async () => {
  const [idle, sender, listener] = [
    await cloud().connect(),
    await cloud().connect(),
    await cloud().connect(),
  ];
  const chatter = setInterval(() => {
    sender.send({ action: "mute" });
    fetch(`${cloud().cloud.managementUrl}/@connections/${listener.connectionId}`, {
      method: "POST",
      body: "x",
    }).catch(() => undefined);
  }, 50);
  try {
    // Long enough for a busy machine to send in between.
    await compressed({ idleMs: 1_500 }, () => idle.closed);
    expect([sender.socket.readyState, listener.socket.readyState]).toEqual([1, 1]);
  } finally {
    clearInterval(chatter);
  }
});

row("limits.ping", async () => {
  const client = await cloud().connect();
  const pong = once(client.socket, "pong") as Promise<[Buffer]>;
  client.socket.ping("are you there");
  expect((await pong)[0].toString()).toBe("are you there");
  rawSocket(client).write(clientFrame(0x89, Buffer.from("raw")));
  expect(((await once(client.socket, "pong")) as [Buffer])[0].toString()).toBe("raw");
});

row("limits.url", async () => {
  const { pathname } = new URL(cloud().cloud.wsUrl);
  const query = (bytes: number): string => `?q=${"x".repeat(bytes - pathname.length - 3)}`;
  expect(await cloud().tryConnect({ user: "of a short query", suffix: query(4096) })).toMatchObject({
    type: "open",
  });
  const user = "of a long query";
  expect(await cloud().tryConnect({ user, suffix: query(4097) })).toMatchObject({ type: "refused" });
  await cloud().connect();
  const invoked = ({ event }: SeenEvent): boolean => JSON.stringify(event).includes(user);
  expect(cloud().recorder.all(invoked)).toEqual([]);
});

row("limits.integration", async () => {
  const gate = await cloud().gate();
  const client = await cloud().connect();
  client.send({ action: "hasty", script: { gate: gate.url } });
  expect(JSON.parse(await client.next())).toMatchObject({ message: "Internal server error" });
  gate.open();
  const { requestId } = await client.event("MESSAGE");
  expect((await cloud().recorder.ended(requestId)).outcome).toBe("ok");
});

row("limits.connects", async () => {
  const refused = await compressed({ newConnectionsPerSecond: 0 }, () => cloud().tryConnect());
  expect(refused).toMatchObject({ type: "refused", status: 429 });
  expect((await cloud().tryConnect()).type).toBe("open");
});
