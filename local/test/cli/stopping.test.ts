import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { spawnCloud } from "../support/start-cloud.ts";
import { connect } from "./socket.ts";
import { descendantsOf, eventually, FIXTURE, getJson, isAlive, startFixture } from "./fixture.ts";

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

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s stops everything, exit code 0",
  async (signal) => {
    const { cloud, processes } = await startWithProcesses();
    const socket = await connect(cloud.wsUrl, { "x-guest": "ana" });
    process.kill(cloud.pid, signal);
    expect(await socket.closed).toBe(1001);
    expect(await cloud.stop()).toBe(0);
    expect(cloud.log()).toMatch(/Sockets \$disconnect \d+ ms/);
    await allGone(processes);
  },
  60_000,
);

test("a signal that arrives twice, as from the terminal and from npm, still stops in order", async () => {
  const { cloud, processes } = await startWithProcesses();
  const socket = await connect(cloud.wsUrl, { "x-guest": "ana" });
  process.kill(cloud.pid, "SIGINT");
  process.kill(cloud.pid, "SIGTERM");
  expect(await socket.closed).toBe(1001);
  expect(await cloud.ended).toBe(0);
  await allGone(processes);
}, 60_000);

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
}, 60_000);

test("SIGKILL leaves no process behind", async () => {
  const { cloud, processes } = await startWithProcesses();
  await cloud.kill();
  await allGone(processes);
}, 60_000);

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
  const begun = performance.now();
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([130, null]);
  // Far less than the synthesis takes.
  expect(performance.now() - begun).toBeLessThan(2_000);
  await allGone(processes);
}, 60_000);

test("it ends with the process that holds its channel", async () => {
  const { cloud, processes } = await startWithProcesses();
  const exited = cloud.ended;
  cloud.disconnect();
  expect(await exited).toBe(0);
  await allGone(processes);
}, 60_000);
