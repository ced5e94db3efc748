import { expect, test } from "vitest";
import type { RunningCloud } from "../support/start-cloud.ts";
import { copyFixture, getJson, startFixture, tokenFor } from "./fixture.ts";
import { eventually } from "../support/pace.ts";
import { temporaryFolder } from "../support/folders.ts";
import { connect } from "./socket.ts";
import { readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

async function noteOf(cloud: RunningCloud, id: string): Promise<unknown> {
  return getJson(`${cloud.httpUrl}/notes/${encodeURIComponent(id)}`, await tokenFor(cloud, "reader"));
}

test("HTTP, sockets, table, stream, queue, mock and both authorizers work together", async () => {
  const cloud = await startFixture({ context: { greeting: "good day" } });

  const open = await getJson(`${cloud.httpUrl}/open`);
  expect(open).toEqual({ status: 200, body: { greeting: "good day", socketUrl: cloud.wsUrl } });
  const stranger = await getJson(`${cloud.httpUrl}/notes/x`);
  expect(stranger).toEqual({ status: 401, body: { message: "Unauthorized" } });
  expect(await noteOf(cloud, "x")).toEqual({ status: 404, body: {} });

  await expect(connect(cloud.wsUrl, {})).rejects.toThrow("Unexpected server response: 401");
  const socket = await connect(cloud.wsUrl, { "x-guest": "ana" });
  socket.send({ action: "ping" });
  expect(await socket.next("pong")).toEqual({ type: "pong" });

  socket.send({ action: "note", text: "first" });
  expect(await socket.next("noted")).toEqual({ type: "noted", greeting: "good day" });
  expect(await socket.next("streamed")).toEqual({ type: "streamed", text: "first" });

  socket.send({ action: "later" });
  expect(await socket.next("queued")).toEqual({ type: "queued" });
  expect(await socket.next("delivered")).toEqual({ type: "delivered" });

  socket.close();
  await socket.closed;
  await eventually(async () => {
    const gone = (await noteOf(cloud, "LAST-GONE")) as { status: number };
    return gone.status === 200 ? true : undefined;
  });
  expect(cloud.log()).toMatch(/Sockets note \d+ ms (?:cold|warm)/);
  expect(cloud.log()).toMatch(/Web GET \/open \d+ ms cold/);
});

test("data and keys outlive a restart, and a crash owes nobody their $disconnect", async () => {
  const dataFolder = temporaryFolder();
  const first = await startFixture({ ephemeral: false, dataFolder });
  const token = await tokenFor(first, "reader");
  const kept = await connect(first.wsUrl, { "x-guest": "ana" });
  kept.send({ action: "note", text: "kept" });
  await kept.next("noted");
  await first.kill();
  await kept.closed;

  const second = await startFixture({ ephemeral: false, dataFolder });
  expect(second.log()).toContain("disconnecting them now");
  const { status, body } = await getJson(`${second.httpUrl}/notes/LAST-GONE`, token);
  expect(status).toBe(200);
  const connectionId = (body as { text: string }).text;
  expect(await getJson(`${second.httpUrl}/notes/${encodeURIComponent(`N#${connectionId}`)}`, token)).toEqual({
    status: 200,
    body: { text: "kept" },
  });

  await second.stop();
  const third = await startFixture({ ephemeral: false, dataFolder });
  expect(third.log()).not.toContain("disconnecting them now");
});

test("what waits in a queue is delivered after a restart", async () => {
  const dataFolder = temporaryFolder();
  const first = await startFixture({ ephemeral: false, dataFolder });
  const socket = await connect(first.wsUrl, { "x-guest": "ana" });
  socket.send({ action: "later" });
  await socket.next("queued");
  await first.kill();
  const second = await startFixture({ ephemeral: false, dataFolder });
  await eventually(() => (/Worker queue \S+ \d+ ms/.test(second.log()) ? true : undefined));
});

test("changed sources are served without a restart, broken ones leave the old running", async () => {
  const projectFolder = copyFixture();
  // Wherever an app keeps its code.
  renameSync(join(projectFolder, "lambdas"), join(projectFolder, "src"));
  symlinkSync("src", join(projectFolder, "lambdas"));
  const source = join(projectFolder, "src/functions.ts");
  const original = readFileSync(source, "utf8");
  const cloud = await startFixture({ projectFolder, watch: true });
  const socket = await connect(cloud.wsUrl, { "x-guest": "ana" });
  socket.send({ action: "note", text: "before" });
  await socket.next("noted");

  writeFileSync(source, `${original}\nthis is no TypeScript`);
  await eventually(() => (cloud.log().includes("The previous version goes on.") ? true : undefined));
  expect(cloud.log()).toContain("src/functions.ts:");
  expect(cloud.log()).not.toMatch(/^\s+at /m);
  expect(await getJson(`${cloud.httpUrl}/open`)).toMatchObject({ body: { greeting: "hello" } });

  writeFileSync(source, original.replace('{ greeting: process.env["GREETING"]', '{ greeting: "changed"'));
  await eventually(() => (cloud.log().includes("Reloaded: functions") ? true : undefined));
  expect(await getJson(`${cloud.httpUrl}/open`)).toMatchObject({ body: { greeting: "changed" } });
  socket.send({ action: "note", text: "after" });
  expect(await socket.next("noted")).toMatchObject({ greeting: "hello" });
});
