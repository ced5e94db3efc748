import { connect as openSocket } from "node:net";
import { once } from "node:events";
import { expect } from "vitest";
import { clientFrame } from "../gateway/raw-frames.ts";
import { contextOf, useCloud } from "./cloud.ts";
import type { Fields, SeenEvent } from "./recorder.ts";
import { row } from "./row.ts";
import type { Script } from "./script.ts";

const cloud = useCloud();

const ofUser =
  (user: string, type = "CONNECT") =>
  ({ event }: SeenEvent): boolean => {
    const { eventType, authorizer } = (event["type"] === "REQUEST" ? {} : contextOf(event)) as {
      eventType?: string;
      authorizer?: Fields;
    };
    return eventType === type && authorizer?.["principalId"] === user;
  };

async function statusFor(script: Script): Promise<number> {
  const result = await cloud().tryConnect({ script });
  return result.type === "open" ? 101 : result.status;
}

/** An upgrade request as bytes. */
function upgradeBytes(user: string, script: Script = {}): string {
  const { host, pathname } = new URL(cloud().cloud.wsUrl);
  return [
    `GET ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    `X-User: ${user}`,
    `X-Script: ${JSON.stringify(script)}`,
    "\r\n",
  ].join("\r\n");
}

row("connect.waits", async () => {
  const gate = await cloud().gate();
  let isOpen = false;
  const opening = cloud()
    .connect({ script: { gate: gate.url } })
    .then(() => (isOpen = true));
  await gate.reached();
  // Another connection opens and closes meanwhile.
  await cloud().connect();
  expect(isOpen).toBe(false);
  gate.open();
  expect(await opening).toBe(true);
});

row("connect.refused", async () => {
  const statuses = [];
  for (const statusCode of [400, 401, 403, 429, 500])
    statuses.push(await statusFor({ answer: { statusCode } }));
  expect(statuses).toEqual([400, 401, 403, 429, 500]);
  expect(await statusFor({ answer: { statusCode: 204 } })).toBe(101);
});

row("connect.throws", async () => {
  expect(await statusFor({ throws: { message: "Unauthorized" } })).toBe(502);
});

row("connect.malformed", async () => {
  const statuses = [];
  for (const answer of ["nothing", "ok", { body: "no status" }, { statusCode: "fine" }]) {
    statuses.push(await statusFor({ answer }));
  }
  expect(statuses).toEqual([502, 502, 502, 502]);
});

row("connect.subprotocol", async () => {
  for (const name of ["Sec-WebSocket-Protocol", "sec-websocket-protocol"]) {
    const answer = { statusCode: 200, headers: { [name]: "second" } };
    const client = await cloud().connect({ protocols: ["first", "second"], script: { answer } });
    expect(client.protocol).toBe("second");
  }
});

row("connect.no-subprotocol", async () => {
  const socket = openSocket(Number(new URL(cloud().cloud.httpUrl).port), "127.0.0.1");
  const offer = upgradeBytes("raw").replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: first, second\r\n\r\n");
  socket.write(offer);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /);
  expect(answer.toString().toLowerCase()).not.toContain("sec-websocket-protocol");
});

row("connect.gone-meanwhile", async () => {
  const gate = await cloud().gate();
  const opening = cloud().connect({ user: "early", script: { gate: gate.url } });
  await gate.reached();
  const [seen] = await cloud().recorder.until(ofUser("early"));
  const url = `${cloud().cloud.managementUrl}/@connections/${String(contextOf(seen?.event ?? {})["connectionId"])}`;
  const post = (): Promise<number> => fetch(url, { method: "POST", body: "x" }).then(({ status }) => status);
  expect(await post()).toBe(410);
  gate.open();
  await opening;
  expect(await post()).toBe(200);
});

row("connect.wrong-path", async () => {
  for (const suffix of ["/more", "ly"]) {
    expect(await cloud().tryConnect({ suffix })).toMatchObject({ type: "refused", status: 403 });
  }
});

row("connect.no-deflate", async () => {
  // The client offers it by default.
  const client = await cloud().connect();
  expect(client.socket.extensions).toBe("");
});

row("connect.early-frames", async () => {
  const socket = openSocket(Number(new URL(cloud().cloud.httpUrl).port), "127.0.0.1");
  const frame = clientFrame(0x81, Buffer.from('{"action":"one-way","text":"early"}'));
  socket.write(Buffer.concat([Buffer.from(upgradeBytes("eager")), frame]));
  const [message] = await cloud().recorder.until(ofUser("eager", "MESSAGE"));
  const [connected] = cloud().recorder.all(ofUser("eager"));
  socket.destroy();
  expect(message?.event["body"]).toBe('{"action":"one-way","text":"early"}');
  const ended = await cloud().recorder.ended(connected?.requestId ?? "");
  const { invocations } = cloud().recorder;
  const end = await cloud().recorder.ended(message?.requestId ?? "");
  expect(invocations.indexOf(ended)).toBeLessThan(invocations.indexOf(end));
});

row("connect.left", async () => {
  const gate = await cloud().gate();
  const socket = openSocket(Number(new URL(cloud().cloud.httpUrl).port), "127.0.0.1");
  socket.write(upgradeBytes("leaver", { gate: gate.url }));
  await gate.reached();
  socket.destroy();
  gate.open();
  const [seen] = await cloud().recorder.until(ofUser("leaver", "DISCONNECT"));
  expect(contextOf(seen?.event ?? {})["disconnectStatusCode"]).toBe(1006);
});
