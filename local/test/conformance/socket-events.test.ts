import { expect } from "vitest";
import { contextOf, useCloud } from "./cloud.ts";
import type { Fields } from "./recorder.ts";
import { row } from "./row.ts";

const cloud = useCloud();
const ID = /^[\w-]{15}=$/;
const EVERY_CONTEXT = [
  "apiId",
  "authorizer",
  "connectedAt",
  "connectionId",
  "domainName",
  "eventType",
  "extendedRequestId",
  "identity",
  "messageDirection",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
];

/** The three events of one connection's life. */
async function threeEvents(): Promise<readonly [connect: Fields, message: Fields, disconnect: Fields]> {
  const client = await cloud().connect();
  client.send({ action: "answered" });
  await client.next();
  client.socket.close(1000, "bye");
  const events = [];
  for (const type of ["CONNECT", "MESSAGE", "DISCONNECT"] as const) {
    events.push((await client.event(type)).event);
  }
  return events as [Fields, Fields, Fields];
}

async function connectEvent(suffix = ""): Promise<Fields> {
  const client = await cloud().connect({ suffix, headers: { "User-Agent": "check/1", "X-MiXed": "v" } });
  return (await client.event("CONNECT")).event;
}

async function messageEvent(frame: unknown): Promise<Fields> {
  const client = await cloud().connect();
  client.send(frame);
  return (await client.event("MESSAGE")).event;
}

async function disconnectEvent(): Promise<Fields> {
  const client = await cloud().connect();
  client.socket.close(4001, "bye");
  return (await client.event("DISCONNECT")).event;
}

row("ids.form", async () => {
  for (const event of await threeEvents()) {
    const { connectionId, requestId, messageId } = contextOf(event);
    expect([connectionId, requestId, messageId ?? requestId]).toEqual([
      expect.stringMatching(ID),
      expect.stringMatching(ID),
      expect.stringMatching(ID),
    ]);
  }
});

row("ids.same", async () => {
  const contexts = (await threeEvents()).map(contextOf);
  for (const { requestId, extendedRequestId } of contexts) expect(extendedRequestId).toBe(requestId);
  expect(new Set(contexts.map(({ requestId }) => requestId)).size).toBe(3);
  expect(new Set(contexts.map(({ connectionId }) => connectionId)).size).toBe(1);
});

row("event.context", async () => {
  const before = Date.now();
  const [connect, message, disconnect] = (await threeEvents()).map(contextOf);
  expect(Object.keys(connect ?? {}).sort()).toEqual(EVERY_CONTEXT);
  expect(Object.keys(message ?? {}).sort()).toEqual([...EVERY_CONTEXT, "messageId"].sort());
  expect(Object.keys(disconnect ?? {}).sort()).toEqual(
    [...EVERY_CONTEXT, "disconnectReason", "disconnectStatusCode"].sort(),
  );
  const { apiId } = cloud().cloud.model().webSocketApis[0] ?? {};
  for (const [context, eventType, routeKey] of [
    [connect, "CONNECT", "$connect"],
    [message, "MESSAGE", "answered"],
    [disconnect, "DISCONNECT", "$disconnect"],
  ] as const) {
    expect(context).toMatchObject({ eventType, routeKey, apiId, stage: "live", messageDirection: "IN" });
    expect(context?.["domainName"]).toContain(apiId);
    expect(context?.["connectedAt"]).toBe(connect?.["connectedAt"]);
    expect(context?.["connectedAt"]).toBeGreaterThanOrEqual(before);
    expect(context?.["requestTimeEpoch"]).toBeGreaterThanOrEqual(before);
  }
});

row("event.time", async () => {
  for (const event of await threeEvents()) {
    const { requestTime, requestTimeEpoch } = contextOf(event);
    expect(requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    const [, day, time] = /^([^:]+):(.+)$/.exec(String(requestTime)) ?? [];
    const second = Math.floor(Number(requestTimeEpoch) / 1000) * 1000;
    expect(Date.parse(`${day?.replaceAll("/", " ")} ${time}`)).toBe(second);
  }
});

row("event.user-agent", async () => {
  expect(contextOf(await connectEvent())["identity"]).toEqual({
    userAgent: "check/1",
    sourceIp: "127.0.0.1",
  });
  for (const event of await threeEvents()) {
    expect(contextOf(event)["identity"]).toEqual({ sourceIp: "127.0.0.1" });
  }
});

row("connect-event.headers", async () => {
  const { headers, multiValueHeaders } = await connectEvent();
  expect(headers).toMatchObject({
    Host: new URL(cloud().cloud.httpUrl).host,
    "Sec-WebSocket-Key": expect.any(String) as string,
    "Sec-WebSocket-Version": "13",
    "User-Agent": "check/1",
    "X-MiXed": "v",
    "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/) as string,
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Port": expect.stringMatching(/^\d+$/) as string,
    "X-Forwarded-Proto": expect.stringMatching(/^https?$/) as string,
  });
  const single = Object.entries(headers as Record<string, string>).map(([name, value]) => [name, [value]]);
  expect(multiValueHeaders).toEqual(Object.fromEntries(single));
});

row("connect-event.query", async () => {
  expect(await connectEvent("?a=1&a=2&b=%20x")).toMatchObject({
    queryStringParameters: { a: "2", b: " x" },
    multiValueQueryStringParameters: { a: ["1", "2"], b: [" x"] },
  });
  const bare = await connectEvent();
  expect(bare).not.toHaveProperty("queryStringParameters");
  expect(bare).not.toHaveProperty("multiValueQueryStringParameters");
});

row("connect-event.body", async () => {
  const event = await connectEvent();
  expect(event["isBase64Encoded"]).toBe(false);
  expect(Object.keys(event).sort()).toEqual([
    "headers",
    "isBase64Encoded",
    "multiValueHeaders",
    "requestContext",
  ]);
});

row("connect-event.authorizer", async () => {
  const client = await cloud().connect();
  const { authorizer } = contextOf((await client.event("CONNECT")).event);
  expect(authorizer).toEqual({
    team: "blue",
    level: "3",
    admin: "true",
    principalId: client.user,
    integrationLatency: expect.any(Number) as number,
  });
});

row("message-event.shape", async () => {
  const event = await messageEvent({ action: "one-way" });
  expect(Object.keys(event).sort()).toEqual(["body", "isBase64Encoded", "requestContext"]);
  expect(event["isBase64Encoded"]).toBe(false);
});

row("message-event.id", async () => {
  const first = contextOf(await messageEvent({ action: "one-way" }));
  const second = contextOf(await messageEvent({ action: "one-way" }));
  expect(first["messageId"]).toMatch(ID);
  expect(new Set([first["messageId"], second["messageId"], first["requestId"]]).size).toBe(3);
});

row("message-event.body", async () => {
  const text = '{ "action":"one-way",\t"text": "zwölf \\u0041 🙂" }';
  expect((await messageEvent(text))["body"]).toBe(text);
});

row("message-event.authorizer", async () => {
  const client = await cloud().connect();
  client.send({ action: "one-way" });
  expect(contextOf((await client.event("MESSAGE")).event)["authorizer"]).toEqual({
    team: "blue",
    level: "3",
    admin: "true",
    principalId: client.user,
  });
});

row("disconnect-event.shape", async () => {
  const event = await disconnectEvent();
  const host = new URL(cloud().cloud.httpUrl).host;
  const forwarded: unknown = expect.any(String);
  expect(event).toEqual({
    headers: { Host: host, "x-api-key": "", "X-Forwarded-For": forwarded, "x-restapi": "" },
    multiValueHeaders: {
      Host: [host],
      "x-api-key": [""],
      "X-Forwarded-For": [forwarded],
      "x-restapi": [""],
    },
    requestContext: expect.any(Object) as Fields,
    isBase64Encoded: false,
  });
});

row("disconnect-event.reason", async () => {
  expect(contextOf(await disconnectEvent())).toMatchObject({
    disconnectStatusCode: 4001,
    disconnectReason: "bye",
  });
});

row("disconnect-event.authorizer", async () => {
  const client = await cloud().connect();
  client.socket.close();
  const { authorizer } = contextOf((await client.event("DISCONNECT")).event);
  expect(authorizer).toMatchObject({ principalId: client.user });
});

row("disconnect-event.late", async () => {
  const gate = await cloud().gate();
  const client = await cloud().connect({
    user: JSON.stringify({ gate: gate.url, throws: { message: "too late to matter" } }),
  });
  client.socket.close();
  await gate.reached();
  await client.closed;
  const url = `${cloud().cloud.managementUrl}/@connections/${client.connectionId}`;
  expect((await fetch(url)).status).toBe(410);
  gate.open();
  const { requestId } = await client.event("DISCONNECT");
  expect((await cloud().recorder.ended(requestId)).outcome).toBe("error");
  expect((await fetch(url)).status).toBe(410);
});

row("disconnect-event.once", async () => {
  const refused = await cloud().tryConnect({ user: "refused", script: { answer: { statusCode: 403 } } });
  expect(refused.type).toBe("refused");
  const client = await cloud().connect();
  client.socket.close();
  client.socket.terminate();
  await client.event("DISCONNECT");
  // Whatever else was on its way has come by the end of another connection.
  const last = await cloud().connect();
  last.socket.close();
  await last.event("DISCONNECT");
  const disconnects = (principalId: string): number =>
    cloud().recorder.all(({ event }) => {
      const { eventType, authorizer } = contextOf(event);
      return eventType === "DISCONNECT" && (authorizer as Fields)["principalId"] === principalId;
    }).length;
  expect([disconnects("refused"), disconnects(client.user)]).toEqual([0, 1]);
});
