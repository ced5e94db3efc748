import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type * as FileSystem from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { acquireLock, isHeld } from "../../processes/process-lock.ts";
import { temporaryFolder } from "../support/folders.ts";

/** As a file system without hard links answers. */
const withoutLinks = vi.hoisted(() => ({ code: undefined as string | undefined }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof FileSystem>();
  return {
    ...real,
    link: (from: string, to: string) =>
      withoutLinks.code === undefined
        ? real.link(from, to)
        : Promise.reject(Object.assign(new Error("link"), { code: withoutLinks.code })),
  };
});

test.each(["EPERM", "ENOTSUP", "ENOSYS"])("where links answer %s, one of many gets it too", async (code) => {
  withoutLinks.code = code;
  onTestFinished(() => {
    withoutLinks.code = undefined;
  });
  const file = join(temporaryFolder(), "lock");
  const dead = spawn("true");
  await once(dead, "exit");
  writeFileSync(file, JSON.stringify({ pid: dead.pid, startedAt: "1", id: "x" }));
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => acquireLock(file)));
  expect(outcomes.filter(({ type }) => type === "held")).toHaveLength(1);
  expect(await isHeld(file)).toBe(true);
});

test.each(["", '{"pid":', "no lock at all"])(
  "a lock that holds %j was left by a dead process",
  async (text) => {
    const file = join(temporaryFolder(), "lock");
    writeFileSync(file, text);
    expect((await acquireLock(file)).type).toBe("held");
  },
);

test("one holds it until it lets go", async () => {
  const file = join(temporaryFolder(), "lock");
  const first = await acquireLock(file);
  expect(await acquireLock(file)).toEqual({ type: "taken", pid: process.pid });
  if (first.type === "held") first.release();
  expect((await acquireLock(file)).type).toBe("held");
});

test("of many at once, one gets it, also when a dead one held it", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "lock");
  const dead = spawn("true");
  await once(dead, "exit");
  for (const left of [null, JSON.stringify({ pid: dead.pid, startedAt: "1", id: "x" })]) {
    if (left !== null) writeFileSync(file, left);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => acquireLock(file)));
    const held = outcomes.filter((outcome) => outcome.type === "held");
    expect(held).toHaveLength(1);
    held[0]?.release();
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("a process that was given the id of a dead one does not hold its lock", async () => {
  const file = join(temporaryFolder(), "lock");
  const other = spawn("sleep", ["60"]);
  onTestFinished(() => {
    other.kill();
  });
  writeFileSync(file, JSON.stringify({ pid: other.pid, startedAt: "1", id: "x" }));
  expect((await acquireLock(file)).type).toBe("held");
});

test("letting go of a lock that another has taken over leaves it alone", async () => {
  const file = join(temporaryFolder(), "lock");
  const mine = await acquireLock(file);
  const theirs = readFileSync(file, "utf8").replace(/"id":"[^"]*"/, '"id":"theirs"');
  writeFileSync(file, theirs);
  if (mine.type === "held") mine.release();
  expect(readFileSync(file, "utf8")).toBe(theirs);
});
