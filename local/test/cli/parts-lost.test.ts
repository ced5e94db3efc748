import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startCloud } from "../../start/cloud.ts";
import { createTerminal } from "../../start/terminal.ts";
import { FIXTURE, getJson, startFixture } from "./fixture.ts";
import { descendantsOf, isAlive } from "../support/processes.ts";
import { eventually } from "../support/pace.ts";

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");

test("a lost database engine ends the local cloud with a sentence", async () => {
  const cloud = await startFixture();
  const engine = descendantsOf(cloud.pid).find((pid) => /^\S*(dynoxide|java) /.test(commandOf(pid)));
  process.kill(engine ?? Number.NaN, "SIGKILL");
  expect(await cloud.ended).toBe(1);
  expect(cloud.log()).toMatch(/^The database engine [\w ]+ has ended unexpectedly\.$/m);
});

test.each(["SIGTERM", "SIGKILL"] as const)("%s to npm ends what it has started", async (signal) => {
  const npm = spawn("npm", ["start", "--", "--port=0", "--ephemeral", "--json", "--no-watch"], {
    cwd: join(FIXTURE, "../../.."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    npm.kill("SIGKILL");
  });
  let out = "";
  npm.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  npm.stderr.resume();
  await eventually(() => (out.includes('{"ready":true') ? true : undefined));
  const processes = descendantsOf(npm.pid ?? 0);
  onTestFinished(() => {
    for (const pid of processes.filter(isAlive)) process.kill(pid, "SIGKILL");
  });
  expect(processes.some((pid) => commandOf(pid).includes("local/cli/main.ts"))).toBe(true);
  npm.kill(signal);
  await once(npm, "exit");
  await eventually(() => (processes.some(isAlive) ? undefined : true));
  expect(npm.exitCode).toBe(signal === "SIGTERM" ? 0 : null);
});

test("in process: a reload without changes serves on, and a stop frees the port", async () => {
  const quiet = createTerminal({ stdout: process.stdout, stderr: process.stderr, json: false, color: false });
  const start = await startCloud({
    port: 0,
    ephemeral: true,
    json: false,
    watch: false,
    color: false,
    dataFolder: "/nowhere",
    projectFolder: FIXTURE,
    settings: { stage: "local" },
    terminal: {
      ...quiet,
      functions: { line: () => undefined, invocation: () => undefined },
      gateway: () => undefined,
    },
  });
  if (start.type === "failed") throw new Error(start.message);
  const { cloud } = start;
  onTestFinished(() => cloud.stop());
  const served = cloud.model();
  expect(await cloud.reload()).toEqual({ type: "reloaded", changes: "nothing that is served" });
  expect(cloud.model()).toEqual(served);
  expect(await getJson(`${cloud.httpUrl}/open`)).toMatchObject({ status: 200 });
  await cloud.stop();
  await expect(fetch(cloud.httpUrl)).rejects.toThrow("fetch failed");
});
