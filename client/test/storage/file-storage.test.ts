import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { fileStorage } from "../../index.ts";
import { temporaryFolder } from "../../../local/test/support/folders.ts";
import { within } from "../../../local/test/support/pace.ts";

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const WRITER = join(import.meta.dirname, "writer.ts");

/** A process that writes one key for ever, long values of one letter; resolves once it has written some. */
async function startWriter(folder: string, letter: string) {
  const child = spawn(process.execPath, ["--import", TSX, WRITER, folder, letter], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await within(once(child.stdout, "data"), "the writer's first value", 60_000);
  return {
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

test("another client of the same folder finds what was kept", async () => {
  const folder = join(temporaryFolder(), "not/there/yet");
  const value = { text: "ä\u0000😀", at: new Date(5), nothing: undefined, some: new Map([[1, [2]]]) };
  const storage = fileStorage(folder);
  expect(await storage.get("a")).toBeUndefined();
  expect(await storage.keys()).toEqual([]);
  await storage.set("a", value);
  expect(await fileStorage(folder).get("a")).toEqual(value);
  await storage.delete("a");
  await storage.delete("a");
  expect(await fileStorage(folder).get("a")).toBeUndefined();
});

test("any key has a file of its own, also where case makes no difference", async () => {
  const folder = temporaryFolder();
  const storage = fileStorage(folder);
  const keys = ["log/aB", "log/Ab", "log_2fab", "../up", "", "a%2fb", "ключ", "me"];
  for (const key of keys) await storage.set(key, key);
  expect((await storage.keys()).toSorted()).toEqual(keys.toSorted());
  for (const key of keys) expect(await storage.get(key)).toBe(key);
  const names = readdirSync(folder).map((name) => name.toLowerCase());
  expect(new Set(names).size).toBe(keys.length);
  await storage.clear();
  expect(readdirSync(folder)).toEqual([]);
});

test("what is asked for in an order is done in it, with the value of that moment", async () => {
  const storage = fileStorage(temporaryFolder());
  const value = { text: "first" };
  const writing = storage.set("a", value);
  value.text = "changed";
  const reading = storage.get("a");
  await Promise.all([writing, storage.set("a", "second"), storage.delete("a"), storage.set("a", "third")]);
  expect(await reading).toEqual({ text: "first" });
  expect(await storage.get("a")).toBe("third");
});

test("files are their owner's only, and a damaged one is as good as none", async () => {
  const folder = join(temporaryFolder(), "own");
  const storage = fileStorage(folder);
  await storage.set("a", 1);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "a.value")).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, "a.value"), readFileSync(join(folder, "a.value")).subarray(0, 1));
  expect(await storage.get("a")).toBeUndefined();
});

test("a process killed while it writes leaves the old value", async () => {
  const folder = temporaryFolder();
  await fileStorage(folder).set("shared", "old");
  const child = spawn(process.execPath, ["--import", TSX, WRITER, folder, "x", "dies"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [, signal] = (await within(once(child, "exit"), "the writer's death", 60_000)) as [null, string];
  expect(signal).toBe("SIGKILL");
  expect(await fileStorage(folder).get("shared")).toBe("old");
  expect(await fileStorage(folder).keys()).toEqual(["shared"]);
});

test("what a killed process left half written goes, once nobody can be writing it any more", async () => {
  const folder = temporaryFolder();
  const [old, fresh] = [join(folder, "old.unfinished"), join(folder, "fresh.unfinished")];
  writeFileSync(old, "half");
  writeFileSync(fresh, "half");
  utimesSync(old, 0, 0);
  expect(await fileStorage(folder).keys()).toEqual([]);
  expect(readdirSync(folder)).toEqual(["fresh.unfinished"]);
});

test("two processes that write one key do not break it", async () => {
  const folder = temporaryFolder();
  const writers = await Promise.all([startWriter(folder, "x"), startWriter(folder, "y")]);
  const storage = fileStorage(folder);
  for (let look = 0; look < 50; look += 1) {
    expect(await storage.get("shared")).toMatch(/^(x{1000000}|y{1000000})$/);
  }
  await Promise.all(writers.map((writer) => writer.kill()));
});
