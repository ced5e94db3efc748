import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { spawnCloud } from "../support/start-cloud.ts";
import { connect } from "./socket.ts";
import { FIXTURE, getJson, startFixture, tokenFor } from "./fixture.ts";
import { descendantsOf, isAlive } from "../support/processes.ts";
import { temporaryFolder } from "../support/folders.ts";
import { eventually, within } from "../support/pace.ts";

/** Starts it, has a function run, and tells every process that belongs to it. */
async function startWithProcesses() {
  const cloud = await startFixture();
  await getJson(`${cloud.httpUrl}/open`);
  const processes = descendantsOf(cloud.pid);
  // The engine and the function, each behind its guard.
  expect(processes.length).toBeGreaterThanOrEqual(4);
  return { cloud, processes };
}

const allGone = (processes: readonly number[]) =>
  eventually(() => (processes.some(isAlive) ? undefined : true));

test.each(["SIGINT", "SIGTERM"] as const)("%s stops everything, exit code 0", async (signal) => {
  const { cloud, processes } = await startWithProcesses();
  const socket = await connect(cloud.wsUrl, { "x-guest": "ana" });
  process.kill(cloud.pid, signal);
  expect(await socket.closed).toBe(1001);
  expect(await cloud.stop()).toBe(0);
  expect(cloud.log()).toMatch(/Sockets \$disconnect \d+ ms/);
  await allGone(processes);
});

test("a signal that arrives twice, as from the terminal and from npm, still stops in order", async () => {
  const { cloud, processes } = await startWithProcesses();
  const socket = await connect(cloud.wsUrl, { "x-guest": "ana" });
  process.kill(cloud.pid, "SIGINT");
  process.kill(cloud.pid, "SIGTERM");
  expect(await socket.closed).toBe(1001);
  expect(await cloud.ended).toBe(0);
  await allGone(processes);
});

test("a second signal stops at once", async () => {
  const { cloud, processes } = await startWithProcesses();
  // Its $disconnect takes five seconds.
  await connect(cloud.wsUrl, { "x-guest": "slow to leave" });
  process.kill(cloud.pid, "SIGINT");
  await eventually(() => (cloud.log().includes("Stopping.") ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.kill(cloud.pid, "SIGINT");
  expect(await cloud.ended).toBe(130);
  await allGone(processes);
});

test("SIGKILL leaves no process behind", async () => {
  const { cloud, processes } = await startWithProcesses();
  await cloud.kill();
  await allGone(processes);
});

test("a signal while it starts ends it, and what it had begun", async () => {
  const child = spawnCloud({ projectFolder: FIXTURE, context: { greeting: `never seen ${process.pid}` } });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const pid = child.pid ?? 0;
  // The engine and the synthesis are under way.
  const processes = await eventually(() => {
    const begun = descendantsOf(pid);
    return begun.length >= 4 ? begun : undefined;
  });
  child.kill("SIGINT");
  // Through the synthesis it would have gone on to serve, and ended with 0.
  expect(await within(once(child, "exit"), "its end")).toEqual([130, null]);
  await allGone(processes);
});

test("it ends with the process that holds its channel", async () => {
  const { cloud, processes } = await startWithProcesses();
  const exited = cloud.ended;
  cloud.disconnect();
  expect(await exited).toBe(0);
  await allGone(processes);
});

test("its outputs closed, as of `npm start | tee log` at Ctrl-C, it still stops in order", async () => {
  const dataFolder = temporaryFolder();
  const cloud = await startFixture({ ephemeral: false, dataFolder });
  const socket = await connect(cloud.wsUrl, { "x-guest": "ana" });
  socket.send({ action: "note", text: "before" });
  await socket.next("noted");
  cloud.closeOutputs();
  // The line of this request is written to nobody.
  await getJson(`${cloud.httpUrl}/open`);
  process.kill(cloud.pid, "SIGINT");
  expect(await socket.closed).toBe(1001);
  expect(await cloud.ended).toBe(0);

  const next = await startFixture({ ephemeral: false, dataFolder });
  expect(next.log()).not.toContain("disconnecting them now");
  const gone = await getJson(`${next.httpUrl}/notes/LAST-GONE`, await tokenFor(next, "reader"));
  expect(gone).toMatchObject({ status: 200 });
});
