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
import type { Socket } from "node:net";
import { afterAll, beforeAll, expect } from "vitest";
import { useCloud, type Connected } from "./cloud.ts";
import { row } from "./row.ts";

const cloud = useCloud();
let sdk: ApiGatewayManagementApiClient;
/** HTTP attempts the SDK has made. */
let attempts = 0;

beforeAll(() => {
  sdk = new ApiGatewayManagementApiClient({
    endpoint: cloud().cloud.managementUrl,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  sdk.middlewareStack.add(
    (next) => (args) => {
      attempts += 1;
      return next(args);
    },
    { step: "deserialize", priority: "low" },
  );
});
afterAll(() => sdk.destroy());

const post = (ConnectionId: string, Data: string | Uint8Array = "x") =>
  sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));
const get = (ConnectionId: string) => sdk.send(new GetConnectionCommand({ ConnectionId }));
const remove = (ConnectionId: string) => sdk.send(new DeleteConnectionCommand({ ConnectionId }));

/** The class of the error that the call ends with. */
async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => new Error("It succeeded."),
    (reason: unknown) => reason,
  );
  return (error as Error).constructor;
}

/** A client that reads nothing, posted to until its buffer is full: the error of the last post. */
async function fill({ connectionId, socket }: Connected): Promise<unknown> {
  (socket as unknown as { _socket: Socket })._socket.pause();
  const chunk = "x".repeat(120 * 1024);
  // The kernel's buffers of both ends come before the gateway's own megabyte.
  for (let count = 0; count < 400; count += 1) {
    attempts = 0;
    const error: unknown = await post(connectionId, chunk).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error !== null) return error;
  }
  return null;
}

row("management.post", async () => {
  const client = await cloud().connect();
  const types: boolean[] = [];
  client.socket.on("message", (_data, isBinary) => types.push(isBinary));
  const posted = await post(client.connectionId, "zwölf 🙂");
  expect(posted.$metadata.httpStatusCode).toBe(200);
  await post(client.connectionId, new TextEncoder().encode("bytes"));
  expect([await client.next(), await client.next()]).toEqual(["zwölf 🙂", "bytes"]);
  expect(types).toEqual([false, false]);
  const url = `${cloud().cloud.managementUrl}/@connections/${client.connectionId}`;
  expect(await (await fetch(url, { method: "POST", body: "x" })).text()).toBe("");
});

row("management.get", async () => {
  const before = Date.now();
  const client = await cloud().connect({ headers: { "User-Agent": "check/1" } });
  const first = await get(client.connectionId);
  expect(first.Identity).toEqual({ SourceIp: "127.0.0.1", UserAgent: "check/1" });
  expect(first.ConnectedAt?.getTime()).toBeGreaterThanOrEqual(before);
  while (Date.now() <= (first.LastActiveAt?.getTime() ?? 0)) await new Promise(setImmediate);
  client.send({ action: "fixed" });
  await client.next();
  const second = await get(client.connectionId);
  expect(second.ConnectedAt).toEqual(first.ConnectedAt);
  expect(second.LastActiveAt?.getTime()).toBeGreaterThan(first.LastActiveAt?.getTime() ?? 0);
});

row("management.delete", async () => {
  const client = await cloud().connect();
  expect((await remove(client.connectionId)).$metadata.httpStatusCode).toBe(204);
  expect(await failureOf(post(client.connectionId))).toBe(GoneException);
  expect((await client.closed).code).toBe(1000);
  await client.event("DISCONNECT");
});

row("management.unknown", async () => {
  for (const call of [post, get, remove])
    expect(await failureOf(call("Zq0lpfIyliACGbQ="))).toBe(GoneException);
});

row("management.closed", async () => {
  const client = await cloud().connect();
  client.socket.close();
  await client.event("DISCONNECT");
  for (const call of [post, get, remove])
    expect(await failureOf(call(client.connectionId))).toBe(GoneException);
});

row("management.malformed", async () => {
  for (const id of ["x", "no such id", "a/b", "%", "ü".repeat(50)]) {
    expect(await failureOf(post(id))).toBe(GoneException);
  }
});

row("management.too-large", async () => {
  const client = await cloud().connect();
  await post(client.connectionId, "x".repeat(128 * 1024));
  expect((await client.next()).length).toBe(128 * 1024);
  const tooLarge = post(client.connectionId, "x".repeat(128 * 1024 + 1));
  expect(await failureOf(tooLarge)).toBe(PayloadTooLargeException);
});

row("management.forbidden", async () => {
  const client = await cloud().connect();
  const command = new GetConnectionCommand({ ConnectionId: client.connectionId });
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { method: string }).method = "PUT";
      return next(args);
    },
    { step: "build" },
  );
  expect(await failureOf(sdk.send(command))).toBe(ForbiddenException);
});

row("management.buffer-full", async () => {
  expect(await fill(await cloud().connect())).toBeInstanceOf(LimitExceededException);
});

row("management.error-type", async () => {
  const response = await fetch(`${cloud().cloud.managementUrl}/@connections/gone`, { method: "POST" });
  expect(response.status).toBe(410);
  expect(response.headers.get("x-amzn-errortype")).toBe("GoneException");
});

row("management.retries", async () => {
  const client = await cloud().connect();
  attempts = 0;
  await failureOf(post("gone"));
  expect(attempts).toBe(1);
  expect(await fill(client)).toBeInstanceOf(LimitExceededException);
  expect(attempts).toBe(3);
});

row("management.encoding", async () => {
  const client = await cloud().connect();
  expect(client.connectionId).toMatch(/=$/);
  const statuses = [];
  for (const at of ["@", "%40"]) {
    for (const id of [client.connectionId, encodeURIComponent(client.connectionId)]) {
      const url = `${cloud().cloud.managementUrl}/${at}connections/${id}`;
      statuses.push((await fetch(url, { method: "POST", body: "x" })).status);
    }
  }
  expect(statuses).toEqual([200, 200, 200, 200]);
});
